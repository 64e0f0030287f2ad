import { CallError } from '../../client/index.ts';
import styles from './ErrorNote.module.css';

/** What went wrong and what to do now, where it went wrong. */
export function ErrorNote({ error, onRetry }: { readonly error: Error; readonly onRetry?: () => void }) {
  return (
    <div className={styles.note} role="alert">
      <p>
        <span aria-hidden="true">▲ </span>
        {error.message}
      </p>
      {error instanceof CallError && error.hint !== undefined && <p className={styles.hint}>{error.hint}</p>}
      {onRetry !== undefined && (
        <button type="button" className="button" data-size="small" onClick={onRetry}>
          Try again
        </button>
      )}
    </div>
  );
}
