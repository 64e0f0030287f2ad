import { useState } from 'react';
import { usePage } from '../state/index.ts';
import styles from './App.module.css';
import { JobStrip } from './jobs/JobStrip.tsx';
import { LibraryView } from './library/LibraryView.tsx';

export function App() {
  const { mirror, connection, info } = usePage();
  return (
    <div className={styles.app}>
      <header className={styles.top}>
        <Jar />
        <span className={styles.product}>Larder</span>
        {connection === 'lost' && <LostNotice host={info?.host} />}
        <span className={styles.version}>{info === null ? '' : info.version}</span>
      </header>
      <Notices notices={mirror.notices} />
      <main className={styles.main} tabIndex={-1} aria-busy={!mirror.isLoaded}>
        {mirror.isLoaded ? <LibraryView mirror={mirror} /> : <p className={styles.quiet}>{connection === 'lost' ? 'Waiting for Larder …' : 'Opening the catalog …'}</p>}
      </main>
      <JobStrip mirror={mirror} />
    </div>
  );
}

function LostNotice({ host }: { readonly host: string | undefined }) {
  return (
    <span className={styles.lost} role="alert">
      ▲ Connection lost. {host === 'server' ? 'Is `larder serve` still running? ' : ''}Trying again …
    </span>
  );
}

function Notices({ notices }: { readonly notices: readonly string[] }) {
  const [seen, setSeen] = useState(0);
  const shown = notices.slice(seen);
  if (shown.length === 0) return null;
  return (
    <div className={styles.notices} role="status">
      <ul>
        {shown.map((notice) => (
          <li key={notice}>{notice}</li>
        ))}
      </ul>
      <button type="button" onClick={() => setSeen(notices.length)}>
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
