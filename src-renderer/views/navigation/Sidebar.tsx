import type { CacheSummary } from '../../../src-main/contract/commands.ts';
import { formatBytes, formatCount, percentOf } from '../../lib/format.ts';
import type { Mirror } from '../../state/index.ts';
import { runningJobs } from '../../state/index.ts';
import type { Route } from './route.ts';
import { cacheHash } from './route.ts';
import styles from './Sidebar.module.css';

interface SidebarProps {
  readonly mirror: Mirror;
  readonly route: Route;
}

/** The screens, and every known cache with how much of it is there. */
export function Sidebar({ mirror, route }: SidebarProps) {
  const running = runningJobs(mirror).length;
  return (
    <nav className={styles.sidebar} aria-label="Screens and caches">
      <ul>
        <li>
          <a href="#/" aria-current={route.screen === 'library' ? 'page' : undefined}>
            Library
          </a>
        </li>
        <li>
          <a href="#/jobs" aria-current={route.screen === 'jobs' ? 'page' : undefined}>
            Jobs
            {running > 0 && (
              <span className={styles.badge} aria-label={`${running} running`}>
                {running}
              </span>
            )}
          </a>
        </li>
        <li>
          <a href="#/new" aria-current={route.screen === 'new' ? 'page' : undefined}>
            New from config
          </a>
        </li>
        <li>
          <a href="#/storage" aria-current={route.screen === 'storage' ? 'page' : undefined}>
            Storage
          </a>
        </li>
        <li>
          <a href="#/settings" aria-current={route.screen === 'settings' ? 'page' : undefined}>
            Settings
          </a>
        </li>
      </ul>
      {mirror.library.length > 0 && (
        <>
          <h2>Caches</h2>
          <ul className={styles.caches}>
            {mirror.library.map((cache) => (
              <li key={cache.id}>
                <CacheLink cache={cache} isCurrent={route.screen === 'cache' && route.cacheId === cache.id} />
              </li>
            ))}
          </ul>
        </>
      )}
    </nav>
  );
}

function CacheLink({ cache, isCurrent }: { readonly cache: CacheSummary; readonly isCurrent: boolean }) {
  const { required, present, damaged, bytes, kind } = cache;
  const whole = required ?? present;
  const share = required === null ? `${formatCount(present)} entries` : `${percentOf(present, whole)} %`;
  const damagedShare = whole === 0 || damaged === 0 ? 0 : Math.max(3, (damaged / whole) * 100);
  const presentShare = whole === 0 ? 0 : Math.min(100, (present / whole) * 100);
  return (
    <a href={cacheHash(cache.id)} title={cache.directory} aria-current={isCurrent ? 'page' : undefined}>
      <span className={styles.cache}>
        <span className={styles.head}>
          <span className={styles.label}>{cache.label}</span>
          {damaged > 0 && (
            <span className={styles.damagedWord} aria-label={`${formatCount(damaged)} damaged`}>
              ▲ {formatCount(damaged)}
            </span>
          )}
        </span>
        <span className={styles.facts}>
          {kind} · {share} · {formatBytes(bytes)}
        </span>
        <span className={styles.bar} aria-hidden="true">
          <span className={required === null ? styles.unknown : styles.sound} style={{ width: `${Math.max(0, presentShare - damagedShare)}%` }} />
          <span className={styles.damaged} style={{ width: `${damagedShare}%` }} />
        </span>
      </span>
    </a>
  );
}
