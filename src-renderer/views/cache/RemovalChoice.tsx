import { useId } from 'react';
import styles from './Dialogs.module.css';

interface RemovalChoiceProps {
  readonly isFinal: boolean;
  readonly onChange: (isFinal: boolean) => void;
}

/** Where files go: aside, from where they can be put back, or away for good. */
export function RemovalChoice({ isFinal, onChange }: RemovalChoiceProps) {
  const name = useId();
  return (
    <fieldset className={styles.choices}>
      <legend className="visually-hidden">Where the files go</legend>
      <label className={styles.choice}>
        <input type="radio" name={name} checked={!isFinal} onChange={() => onChange(false)} />
        <span>
          Set aside
          <small>Into the quarantine, from where they can be put back. The space is free when it is emptied, on the Storage tab.</small>
        </span>
      </label>
      <label className={styles.choice}>
        <input type="radio" name={name} checked={isFinal} onChange={() => onChange(true)} />
        <span>
          Delete for good
          <small>The space is free at once. Nothing puts them back.</small>
        </span>
      </label>
    </fieldset>
  );
}
