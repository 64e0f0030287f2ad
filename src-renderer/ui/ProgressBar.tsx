import { Progress } from '@base-ui/react/progress';
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
  return (
    <Progress.Root value={percent} aria-label={label} className={className}>
      <Progress.Track className={styles.track}>
        <Progress.Indicator className={styles.bar} />
      </Progress.Track>
    </Progress.Root>
  );
}
