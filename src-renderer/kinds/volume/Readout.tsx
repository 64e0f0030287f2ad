import type { Location } from './location.ts';
import { formatValue, millimetres } from './location.ts';
import styles from './VolumeViewer.module.css';

interface ReadoutProps {
  readonly location: Location | undefined;
  /** Under the pointer; otherwise at the crosshair. */
  readonly isPointed: boolean;
  readonly isDrawn: boolean;
  /** In the free quarter of the picture, where there is one. */
  readonly isInPicture: boolean;
  /** Which volume, where there are two. */
  readonly what?: string;
}

/** Value, indices and millimetres at a place. Not announced while it moves; the crosshair's can be read at rest. */
export function Readout({ location, isPointed, isDrawn, isInPicture, what }: ReadoutProps) {
  const at = isDrawn ? location : undefined;
  return (
    <dl className={isInPicture ? styles.inPicture : styles.readout} aria-label={`${isPointed ? 'Under the pointer' : 'At the crosshair'}${what === undefined ? '' : `, ${what}`}`}>
      <div>
        <dt>{isPointed ? 'pointer' : 'crosshair'}</dt>
        <dd className={styles.value}>{at === undefined ? '–' : formatValue(at.value)}</dd>
      </div>
      <div>
        <dt>index</dt>
        <dd>{at === undefined ? '–' : at.index.join(', ')}</dd>
      </div>
      <div>
        <dt>mm</dt>
        <dd>{at === undefined ? '–' : millimetres(at.mm)}</dd>
      </div>
    </dl>
  );
}
