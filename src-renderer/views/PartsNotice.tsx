import { usePartsFailure } from '../lib/on-demand.tsx';
import styles from './App.module.css';

/** A part of the page that somebody asked for is not to be had. Only the page as a whole can be loaded anew. */
export function PartsNotice() {
  const hasFailed = usePartsFailure((state) => state.hasFailed);
  if (!hasFailed) return null;
  return (
    <div className={styles.notices} role="alert">
      <p>
        <span aria-hidden="true">▲ </span>A part of this page could not be loaded: Larder was updated since the page was opened, or does not run any more. Jobs are not touched by reloading.
      </p>
      <button type="button" onClick={() => location.reload()}>
        Reload the page
      </button>
    </div>
  );
}
