import { NumberField } from '@base-ui/react/number-field';
import styles from './NumberBox.module.css';

interface NumberBoxProps {
  /** Name of its field, for the buttons. */
  readonly label: string;
  /** As it was typed; empty where somebody else chooses. */
  readonly text: string;
  readonly onChange: (text: string) => void;
  readonly least: number;
  readonly most: number;
  readonly placeholder?: string;
  readonly className?: string | undefined;
}

const PLAIN = { useGrouping: false } as const;

/** A whole number: typed, or by the arrow keys and buttons. One out of bounds stays as it was typed, so that its field can say what is wrong. */
export function NumberBox({ label, text, onChange, least, most, placeholder, className }: NumberBoxProps) {
  return (
    <NumberField.Root className={className} value={text === '' ? null : Number(text)} min={least} max={most} allowOutOfRange locale="en-US" format={PLAIN} onValueChange={(next) => onChange(next === null ? '' : String(next))}>
      <NumberField.Group className={styles.frame}>
        <NumberField.Input className={styles.number} placeholder={placeholder} />
        <NumberField.Decrement aria-label={`${label}: less`} className={styles.step}>−</NumberField.Decrement>
        <NumberField.Increment aria-label={`${label}: more`} className={styles.step}>+</NumberField.Increment>
      </NumberField.Group>
    </NumberField.Root>
  );
}
