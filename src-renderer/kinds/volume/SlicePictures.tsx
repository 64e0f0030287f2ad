import { useState } from 'react';
import styles from './VolumeViewer.module.css';

interface SlicePicturesProps {
  /** `<cacheId>-<key>` of an entry, `file-<number>` of a single file. */
  readonly address: string;
  readonly label: string;
  /** Why it is not the viewer. */
  readonly message: string;
  readonly attempt: number;
}

function slicesUrl(address: string): string {
  return `/_data/slices/${address}.png`;
}

const AHEAD_MAX = 8;
/** The browser drops pictures nobody holds, and asks again whether they are still the same. Oldest first. */
const ahead = new Map<string, HTMLImageElement>();

/** Has the picture of an entry made, fetched and decoded, so that it is there at once when it is asked for. */
export function readSlicesAhead(cacheId: number, key: string): void {
  const url = slicesUrl(`${cacheId}-${key}`);
  const image = ahead.get(url) ?? new Image();
  ahead.delete(url);
  ahead.set(url, image);
  if (image.src === '') image.src = url;
  const [oldest] = ahead.keys();
  if (ahead.size > AHEAD_MAX && oldest !== undefined) ahead.delete(oldest);
}

interface SlicesWhileLoadingProps extends Pick<SlicePicturesProps, 'address'> {
  /** It is there, or never will be. */
  readonly onDone: () => void;
}

/** What the eye has until the viewer is ready. It says nothing of its own: the viewer tells what is going on. */
export function SlicesWhileLoading({ address, onDone }: SlicesWhileLoadingProps) {
  const [isFailed, setFailed] = useState(false);
  const onError = (): void => {
    setFailed(true);
    onDone();
  };
  return isFailed ? null : <img src={slicesUrl(address)} alt="" width={960} height={320} onLoad={onDone} onError={onError} />;
}

/** The three middle slices as one picture, made by the engine. */
export function SlicePictures({ address, label, message, attempt }: SlicePicturesProps) {
  const url = slicesUrl(address);
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
