import { useEffect, useState } from 'react';
import type { Mirror } from '../state/index.ts';
import { usePage } from '../state/index.ts';
import styles from './App.module.css';
import { JobStrip } from './jobs/JobStrip.tsx';
import { AskedDialog } from './cache/AskedDialog.tsx';
import { Toasts } from './cache/Toasts.tsx';
import { LibraryView } from './library/LibraryView.tsx';
import { Sidebar } from './navigation/Sidebar.tsx';
import type { Route } from './navigation/route.ts';
import { useRoute } from './navigation/use-route.ts';
import { DesktopLink } from './new/DesktopLink.tsx';
import { DropTarget } from './drop/DropTarget.tsx';
import { PartsNotice } from './PartsNotice.tsx';
import { CacheView, DroppedPart, JobsView, NewView, PathPart, SettingsView, StorageView } from './parts.tsx';
import { useTheme } from './settings/theme.ts';
import { Palette } from './palette/Palette.tsx';
import { PaletteButton } from './palette/PaletteButton.tsx';

export function App() {
  const { mirror, connection, info } = usePage();
  const route = useRoute();
  useTitle(mirror, route);
  useTheme(mirror.settings?.theme);
  return (
    <div className={styles.app}>
      <header className={styles.top}>
        <Jar />
        <span className={styles.product}>Larder</span>
        {connection === 'lost' && <LostNotice host={info?.host} />}
        <PaletteButton />
        <span className={styles.version}>{info === null ? '' : info.version}</span>
      </header>
      <div className={styles.told}>
        <PartsNotice />
        <Notices notices={mirror.notices} />
      </div>
      <Sidebar mirror={mirror} route={route} />
      <main className={styles.main} tabIndex={-1} aria-busy={!mirror.isLoaded}>
        {mirror.isLoaded ? <Screen mirror={mirror} route={route} /> : <p className={styles.page}>{connection === 'lost' ? 'Waiting for Larder …' : 'Opening the catalog …'}</p>}
      </main>
      <JobStrip mirror={mirror} />
      <Toasts mirror={mirror} />
      <DropTarget />
      <DroppedPart />
      <DesktopLink />
      <PathPart />
      <AskedDialog library={mirror.library} />
      <Palette />
    </div>
  );
}

/** The place of the address. */
function Screen({ mirror, route }: { readonly mirror: Mirror; readonly route: Route }) {
  if (route.screen === 'cache') {
    const cache = mirror.library.find((candidate) => candidate.id === route.cacheId);
    return cache === undefined ? <UnknownCache /> : <CacheView mirror={mirror} cache={cache} route={route} />;
  }
  return (
    <div className={styles.page}>
      {route.screen === 'jobs' && <JobsView />}
      {route.screen === 'new' && <NewView />}
      {route.screen === 'settings' && <SettingsView />}
      {route.screen === 'storage' && <StorageView mirror={mirror} />}
      {route.screen === 'library' && <LibraryView mirror={mirror} />}
    </div>
  );
}

function UnknownCache() {
  return (
    <div className={styles.page}>
      <h1>This cache is not known</h1>
      <p className={styles.quiet}>
        The address names a cache that is not in the catalog any more. <a href="#/">Go to the library</a>
      </p>
    </div>
  );
}

const SCREEN_TITLES: Readonly<Record<Exclude<Route['screen'], 'cache'>, string>> = { library: 'Library', jobs: 'Jobs', new: 'New from config', storage: 'Storage', settings: 'Settings' };

/** The window and its history say where they are. */
function useTitle(mirror: Mirror, route: Route): void {
  const place = route.screen === 'cache' ? mirror.library.find((cache) => cache.id === route.cacheId)?.label : SCREEN_TITLES[route.screen];
  useEffect(() => {
    document.title = place === undefined ? 'Larder' : `${place} · Larder`;
  }, [place]);
}

function LostNotice({ host }: { readonly host: string | undefined }) {
  return (
    <span className={styles.lost} role="alert">
      ▲ Connection lost. {host === 'server' ? 'Is `larder serve` still running? Started again, it has a new link. ' : ''}Trying again …
    </span>
  );
}

function Notices({ notices }: { readonly notices: readonly string[] }) {
  const [seen, setSeen] = useState(0);
  const shown = notices.slice(seen);
  if (shown.length === 0) return null;
  // The button goes with them: whoever pressed it is at the screen then.
  const dismiss = (): void => {
    setSeen(notices.length);
    document.querySelector('main')?.focus();
  };
  return (
    <div className={styles.notices} role="status">
      <ul>
        {shown.map((notice) => (
          <li key={notice}>{notice}</li>
        ))}
      </ul>
      <button type="button" onClick={dismiss}>
        Dismiss
      </button>
    </div>
  );
}

/** The same jar as `resources/icons/larder.svg`, in the colour of the theme. */
function Jar() {
  return (
    <svg className={styles.jar} viewBox="0 0 64 64" aria-hidden="true">
      <path d="M20 8h24v8H20z" />
      <path d="M18 16h28c5 3 8 8 8 14v18a8 8 0 0 1-8 8H18a8 8 0 0 1-8-8V30c0-6 3-11 8-14z" />
      <path d="M10 32h44M10 46h44" />
    </svg>
  );
}
