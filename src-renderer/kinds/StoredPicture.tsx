import type { EntrySummary } from '../../src-main/contract/entries.ts';
import { readPictureAhead, usePicture } from '../lib/use-picture.ts';
import styles from './StoredPicture.module.css';
import type { KindPictures, LookProps, PictureProps } from './picture-props.ts';

/** Address of the small picture of an entry; it may answer 404 or 422 where there is nothing to draw. */
export function thumbnailUrl(cacheId: number, key: string): string {
  return `/_data/thumb/${cacheId}-${key}.png`;
}

/** Address of the large picture of an entry. */
export function largePictureUrl(cacheId: number, key: string): string {
  return `/_data/slices/${cacheId}-${key}.png`;
}

/** Another file, another picture. */
export function versionOf({ modifiedAtMs, sizeBytes }: Pick<EntrySummary, 'modifiedAtMs' | 'sizeBytes'>): string {
  return `${modifiedAtMs} ${sizeBytes}`;
}

/** The engine's small picture of an entry. */
export function StoredPicture({ cacheId, row, size }: PictureProps) {
  const picture = usePicture(thumbnailUrl(cacheId, row.key), versionOf(row));
  if (picture?.state === 'there') return <img className={styles[size]} src={picture.src} alt="" draggable={false} />;
  if (picture === undefined) return <span className={styles[size]} aria-hidden="true" />;
  return size === 'row' ? <span className={styles.noRow} aria-hidden="true" /> : <span className={styles.noTile}>cannot be drawn</span>;
}

/** The engine's large picture of an entry. */
export function StoredLook({ cacheId, row }: LookProps) {
  const url = largePictureUrl(cacheId, row.key);
  const picture = usePicture(url, versionOf(row));
  if (picture === undefined) return <p role="status">Drawing …</p>;
  if (picture.state === 'absent') return <p role="status">There is nothing in this file that could be drawn. Verify says what is wrong with it.</p>;
  return <img className={styles.look} src={picture.src} alt={`${row.name ?? row.key}, as it is in the cache`} draggable={false} />;
}

export function readStoredAhead(cacheId: number, row: EntrySummary): () => void {
  return readPictureAhead(largePictureUrl(cacheId, row.key), versionOf(row));
}

/** Square pictures made by the engine, for every kind that has nothing of its own. */
export const STORED_PICTURES: KindPictures = { tile: { minWidth: 148, height: 148 }, Picture: StoredPicture, Look: StoredLook, readAhead: readStoredAhead };
