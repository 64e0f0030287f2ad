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
  const whole = required ?? present;
  const percent = percentOf(present, whole);
  const isKnown = required !== null;
  const damagedArc = damaged === 0 || whole === 0 ? 0 : Math.max(SMALLEST_ARC, (damaged / whole) * AROUND);
  const presentArc = whole === 0 ? 0 : Math.min(1, present / whole) * AROUND;
  const soundArc = Math.max(0, presentArc - damagedArc);
  const label = isKnown ? `${percent} percent: ${formatCount(present)} of ${formatCount(whole)} entries are there, ${formatCount(damaged)} of them damaged` : `${formatCount(present)} entries are there; how many there should be is not known`;
  return (
    <svg className={styles.ring} viewBox="0 0 52 52" role="img" aria-label={label}>
      <circle className={isKnown ? styles.track : styles.unknown} cx="26" cy="26" r={RADIUS} />
      {isKnown && soundArc > 0 && <circle className={styles.sound} cx="26" cy="26" r={RADIUS} strokeDasharray={`${soundArc} ${AROUND}`} />}
      {isKnown && damagedArc > 0 && <circle className={styles.damaged} cx="26" cy="26" r={RADIUS} strokeDasharray={`${damagedArc} ${AROUND}`} strokeDashoffset={-soundArc} />}
      <text x="26" y="30">
        {isKnown ? `${percent}%` : '?'}
      </text>
    </svg>
  );
}
