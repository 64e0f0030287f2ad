import type { ReactNode } from 'react';
import styles from './InspectorFrame.module.css';

interface InspectorFrameProps {
  readonly title: ReactNode;
  /** Name of the file on disk, or the one it would have. */
  readonly file: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** What every inspector has around what its kind shows. */
export function InspectorFrame({ title, file, onClose, children }: InspectorFrameProps) {
  return (
    <aside className={styles.inspector} aria-labelledby="inspector-title">
      <header className={styles.head}>
        <div>
          <h2 id="inspector-title">{title}</h2>
          <p className={styles.file}>{file}</p>
        </div>
        <button type="button" aria-label="Close the inspector" title="Close" onClick={onClose}>
          ✕
        </button>
      </header>
      {children}
    </aside>
  );
}

/** The entry could not be read. */
export function ReadFailure({ message, hint, onRetry }: { readonly message: string; readonly hint: string | undefined; readonly onRetry: () => void }) {
  return (
    <div className={styles.failed} role="alert">
      <p>▲ {message}</p>
      {hint !== undefined && <p className={styles.quiet}>{hint}</p>}
      <button type="button" onClick={onRetry}>
        Read it again
      </button>
    </div>
  );
}
