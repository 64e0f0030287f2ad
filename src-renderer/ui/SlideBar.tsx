import { Slider } from '@base-ui/react/slider';
import styles from './SlideBar.module.css';

interface SlideBarProps {
  /** Its name, where no label of a field gives it one. */
  readonly label?: string;
  readonly min: number;
  readonly max: number;
  readonly step: number;
  readonly value: number;
  /** The value in words. */
  readonly words: (value: number) => string;
  readonly onChange: (value: number) => void;
  readonly isDisabled?: boolean;
}

/** A number by its place between two others. */
export function SlideBar({ label, min, max, step, value, words, onChange, isDisabled = false }: SlideBarProps) {
  return (
    <Slider.Root className={styles.slider} min={min} max={max} step={step} largeStep={step * 10} value={value} disabled={isDisabled} thumbAlignment="edge" onValueChange={(next) => onChange(next)}>
      <Slider.Control className={styles.control}>
        <Slider.Track className={styles.track}>
          <Slider.Indicator className={styles.filled} />
          <Slider.Thumb aria-label={label} className={styles.thumb} aria-valuetext={words(value)} />
        </Slider.Track>
      </Slider.Control>
    </Slider.Root>
  );
}
