import { Checkbox } from '@base-ui/react/checkbox';
import styles from './TickBox.module.css';

interface TickBoxProps {
  readonly isOn: boolean;
  readonly onChange: (isOn: boolean) => void;
  /** For a label beside it; not needed inside of one. */
  readonly id?: string;
  readonly describedBy?: string;
}

/** A box to tick. Its words are those of its label. */
export function TickBox({ isOn, onChange, id, describedBy }: TickBoxProps) {
  return (
    <Checkbox.Root nativeButton render={<button type="button" />} id={id} className={styles.box} checked={isOn} aria-describedby={describedBy} onCheckedChange={(next) => onChange(next)}>
      <Checkbox.Indicator className={styles.tick} render={<svg viewBox="0 0 16 16" aria-hidden="true" />}>
        <path d="M3.5 8.5l3 3 6-7" />
      </Checkbox.Indicator>
    </Checkbox.Root>
  );
}
