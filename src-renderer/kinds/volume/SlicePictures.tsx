import { useState } from 'react';
import styles from './VolumeViewer.module.css';

interface SlicePicturesProps {
  readonly cacheId: number;
  readonly entryKey: string;
  readonly label: string;
  /** Why it is not the viewer. */
  readonly message: string;
  readonly attempt: number;
}

/** The three middle slices as one picture, made by the engine. */
export function SlicePictures({ cacheId, entryKey, label, message, attempt }: SlicePicturesProps) {
  const url = `/_data/slices/${cacheId}-${entryKey}.png`;
  const [failed, setFailed] = useState<string | null>(null);
  const name = `${url} ${attempt}`;
  return (
    <div className={styles.slices}>
      {failed === name ? (
        <p role="alert">There is nothing in this file that could be drawn.</p>
      ) : (
        <img key={name} src={url} alt={`${label}: the middle axial, coronal and sagittal slice`} width={960} height={320} onError={() => setFailed(name)} />
      )}
      <p className={styles.why}>{message}</p>
    </div>
  );
}
