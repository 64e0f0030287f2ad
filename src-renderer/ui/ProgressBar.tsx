import styles from './ProgressBar.module.css';

interface ProgressBarProps {
  readonly label: string;
  readonly percent: number;
  /** How wide it is. */
  readonly className?: string | undefined;
}

export function ProgressBar({ label, percent, className }: ProgressBarProps) {
  return (
    <div className={className === undefined ? styles.track : `${styles.track} ${className}`} role="progressbar" aria-label={label} aria-valuemin={0} aria-valuemax={100} aria-valuenow={percent}>
      <div className={styles.bar} style={{ width: `${percent}%` }} />
    </div>
  );
}
