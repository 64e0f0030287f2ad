import styles from './ProgressBar.module.css';

interface ProgressBarProps {
  readonly label: string;
  /** Null where nobody knows how much there is. */
  readonly percent: number | null;
  /** How wide it is. */
  readonly className?: string | undefined;
}

/** How far something is. */
export function ProgressBar({ label, percent, className }: ProgressBarProps) {
  const shown = percent === null ? undefined : Math.min(100, Math.max(0, percent));
  return (
    <div className={className} role="progressbar" aria-label={label} aria-valuemin={0} aria-valuemax={100} aria-valuenow={shown} aria-valuetext={shown === undefined ? 'indeterminate progress' : `${Math.round(shown)}%`}>
      <div className={styles.track}>{shown === undefined ? <div className={styles.bar} data-indeterminate="" /> : <div className={styles.bar} style={{ width: `${shown}%` }} />}</div>
    </div>
  );
}
