import { formatCount, percentOf } from '../lib/format.ts';
import styles from './CoverageRing.module.css';

interface CoverageRingProps {
  /** Entries that are there, damaged ones included. */
  readonly present: number;
  readonly damaged: number;
  /** Entries there should be; null where no list says it. */
  readonly required: number | null;
}

const RADIUS = 21;
/** Length of the whole ring; arcs are parts of it. */
const AROUND = 2 * Math.PI * RADIUS;
/** One damaged entry among a million must still be seen. */
const SMALLEST_ARC = 3;

/** How much of a cache is there: sound, damaged, and the open rest. */
export function CoverageRing({ present, damaged, required }: CoverageRingProps) {
  if (required === null)
    return (
      <div className={styles.ring}>
        <svg viewBox="0 0 52 52" role="img" aria-label={`${formatCount(present)} entries are there; how many there should be is not known`}>
          <circle className={styles.unknown} cx="26" cy="26" r={RADIUS} />
          <text x="26" y="30">
            ?
          </text>
        </svg>
      </div>
    );
  const percent = percentOf(present, required);
  const damagedArc = damaged === 0 || required === 0 ? 0 : Math.max(SMALLEST_ARC, (damaged / required) * AROUND);
  const presentArc = required === 0 ? 0 : Math.min(1, present / required) * AROUND;
  const soundArc = Math.max(0, presentArc - damagedArc);
  const words = `${percent} percent: ${formatCount(present)} of ${formatCount(required)} entries are there, ${formatCount(damaged)} of them damaged`;
  return (
    <div className={styles.ring} role="meter" aria-label="Coverage" aria-valuemin={0} aria-valuemax={100} aria-valuenow={percent} aria-valuetext={words}>
      <svg viewBox="0 0 52 52" aria-hidden="true">
        <circle className={styles.track} cx="26" cy="26" r={RADIUS} />
        {soundArc > 0 && <circle className={styles.sound} cx="26" cy="26" r={RADIUS} strokeDasharray={`${soundArc} ${AROUND}`} />}
        {damagedArc > 0 && <circle className={styles.damaged} cx="26" cy="26" r={RADIUS} strokeDasharray={`${damagedArc} ${AROUND}`} strokeDashoffset={-soundArc} />}
        <text x="26" y="30">
          {percent}%
        </text>
      </svg>
    </div>
  );
}
