import { FileView } from '../../kinds/file-views.ts';
import type { Viewable } from './drop-state.ts';
import { backToFound } from './drop-state.ts';
import styles from './Dropped.module.css';
import { FactLines } from './FactLines.tsx';

/** The picture of a single file beside what it says of itself. Nothing is taken into any cache. */
export function LookAtFile({ file }: { readonly file: Viewable }) {
  return (
    <div className={styles.look}>
      <FileView view={file.view} what={file.what} shape={file.shape} label={file.name} />
      <div className={styles.beside}>
        <FactLines lines={file.facts ?? []} />
        <p className={styles.where}>
          <code>{file.path}</code>
        </p>
        <p className={styles.quiet}>Only looked at: it belongs to no cache by this, and nothing of it is kept but a picture in Larder’s own previews.</p>
        <p>
          <button type="button" className="button" onClick={() => backToFound(file)}>
            Back
          </button>
        </p>
      </div>
    </div>
  );
}
