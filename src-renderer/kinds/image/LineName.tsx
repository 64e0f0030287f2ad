import type { RowNameProps } from '../row-form.ts';
import styles from './LineName.module.css';
import { LinePicture } from './LinePicture.tsx';
import { fontLabel } from './picture-url.ts';

/** A line in the list: its picture, its text below in a font of the page, its font. */
export function LineName({ cacheId, row }: RowNameProps) {
  const text = row.name ?? '';
  return (
    <span className={styles.line}>
      <span className={styles.picture}>
        {row.file === null ? <span className={styles.quiet}>not drawn yet</span> : <LinePicture cacheId={cacheId} entryKey={row.key} text={text} width={row.shape?.[1]} height={row.shape?.[0]} zoom={zoomOf(row.shape?.[0])} />}
      </span>
      <span className={styles.words}>
        <span className={styles.text}>{row.name ?? <span className={styles.quiet}>text not known</span>}</span>
        {row.variant != null && <span className={styles.font}>{fontLabel(row.variant)}</span>}
      </span>
    </span>
  );
}

/** Room for a picture in a row, px. */
const PICTURE_HEIGHT = 40;

/** Lines up to this height are shown pixel by pixel, higher ones made to fit. */
function zoomOf(height: number | undefined): number {
  return height === undefined || height <= PICTURE_HEIGHT ? 1 : PICTURE_HEIGHT / height;
}
