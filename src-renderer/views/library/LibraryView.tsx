import { useNow } from '../../lib/use-now.ts';
import { formatBytes, formatCount } from '../../lib/format.ts';
import type { Mirror } from '../../state/index.ts';
import { runningJobs } from '../../state/index.ts';
import { CacheCard } from './CacheCard.tsx';
import { EmptyLibrary } from './EmptyLibrary.tsx';
import { Lately } from './Lately.tsx';
import styles from './LibraryView.module.css';

/** Pixels; one or two caches are not drawn out over a whole wide screen. */
const CARD_WIDTH_MAX = 880;

/** Every cache Larder knows, last opened first. */
export function LibraryView({ mirror }: { readonly mirror: Mirror }) {
  const nowMs = useNow();
  if (mirror.library.length === 0) return <EmptyLibrary />;
  const running = runningJobs(mirror);
  const bytes = mirror.library.reduce((sum, cache) => sum + cache.bytes, 0);
  return (
    <section className={styles.library} aria-labelledby="library-title">
      <header>
        <h1 id="library-title">Library</h1>
        <p>
          {formatCount(mirror.library.length)} {mirror.library.length === 1 ? 'cache' : 'caches'} · {formatBytes(bytes)}
        </p>
      </header>
      <div className={styles.body}>
        <ul className={styles.list} style={{ maxWidth: mirror.library.length * CARD_WIDTH_MAX }}>
          {mirror.library.map((cache) => (
            <li key={cache.id}>
              <CacheCard cache={cache} job={running.find((job) => job.directory === cache.directory)} jobs={mirror.jobs} nowMs={nowMs} />
            </li>
          ))}
        </ul>
        <Lately jobs={mirror.jobs} library={mirror.library} nowMs={nowMs} />
      </div>
    </section>
  );
}
