import { Radio } from '@base-ui/react/radio';
import { RadioGroup } from '@base-ui/react/radio-group';
import { useId } from 'react';
import styles from './RadioList.module.css';

interface RadioChoice<Value extends string> {
  readonly value: Value;
  readonly title: string;
  /** What it means, in a quiet line below. */
  readonly about?: string;
}

interface RadioListProps<Value extends string> {
  readonly label: string;
  readonly choices: readonly RadioChoice<Value>[];
  readonly value: Value;
  readonly onChange: (value: Value) => void;
  /** Beside each other, where nothing has to be explained. */
  readonly isRow?: boolean;
}

/** One of a few, all of them to be read. */
export function RadioList<Value extends string>({ label, choices, value, onChange, isRow = false }: RadioListProps<Value>) {
  const id = useId();
  return (
    <RadioGroup<Value> aria-label={label} className={styles.list} data-row={isRow} value={value} onValueChange={(next) => onChange(next)}>
      {choices.map(({ value: each, title, about }) => (
        <label key={each} className={styles.choice}>
          <Radio.Root<Value> nativeButton render={<button type="button" />} value={each} className={styles.ring} aria-labelledby={`${id}-${each}`} aria-describedby={about === undefined ? undefined : `${id}-${each}-about`} />
          <span id={`${id}-${each}`}>{title}</span>
          {about !== undefined && <small id={`${id}-${each}-about`}>{about}</small>}
        </label>
      ))}
    </RadioGroup>
  );
}
