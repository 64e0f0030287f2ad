import type { EntrySummary } from '../../../src-main/contract/entries.ts';
import { readPictureAhead, usePicture } from '../../lib/use-picture.ts';
import { versionOf } from '../StoredPicture.tsx';
import type { KindPictures, LookProps, PictureProps } from '../picture-props.ts';
import styles from './LinePictures.module.css';
import { fontLabel, pictureUrl } from './picture-url.ts';

/** Small lines are looked at this much larger, where the window has the room. */
const LOOK_ZOOM = 4;

/** A line in the gallery, made to fit: the picture as it lies in the cache. */
function LineTile({ cacheId, row }: PictureProps) {
  const picture = usePicture(pictureUrl(cacheId, row.key), versionOf(row));
  if (picture === undefined) return null;
  if (picture.state === 'absent') return <span className={styles.none}>cannot be shown</span>;
  return <img className={styles.tile} src={picture.src} alt="" draggable={false} />;
}

/** A line as training sees it, with its text below. */
function LineLook({ cacheId, row }: LookProps) {
  const picture = usePicture(pictureUrl(cacheId, row.key), versionOf(row));
  if (picture === undefined) return <p role="status">Reading …</p>;
  if (picture.state === 'absent') return <p role="status">This picture cannot be shown. Verify says what is wrong with it.</p>;
  return (
    <figure className={styles.look}>
      <img src={picture.src} alt={row.name ?? row.key} width={(row.shape?.[1] ?? 0) * LOOK_ZOOM || undefined} draggable={false} />
      <figcaption>
        {row.name ?? 'text not known'} <small>{fontAndHeight(row)}</small>
      </figcaption>
    </figure>
  );
}

/** Lines of one text look alike by their words: the font tells them apart. */
function fontAndHeight({ variant, shape }: EntrySummary): string | undefined {
  const parts = [...(variant == null ? [] : [fontLabel(variant)]), ...(shape === null ? [] : [`${shape[0]} px`])];
  return parts.length === 0 ? undefined : parts.join(' · ');
}

export const LINE_PICTURES: KindPictures = {
  tile: { minWidth: 280, height: 64 },
  Picture: LineTile,
  Look: LineLook,
  about: fontAndHeight,
  readAhead: (cacheId: number, row: EntrySummary) => readPictureAhead(pictureUrl(cacheId, row.key), versionOf(row)),
};
