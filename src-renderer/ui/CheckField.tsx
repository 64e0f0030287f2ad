import type { ReactNode } from 'react';
import { useId } from 'react';
import styles from './CheckField.module.css';
import { TickBox } from './TickBox.tsx';

interface CheckFieldProps {
  readonly label: string;
  readonly isOn: boolean;
  readonly onChange: (isOn: boolean) => void;
  /** `warn` where what is chosen cannot be taken back. */
  readonly tone?: 'warn' | undefined;
  /** What it means, in a quiet line below. */
  readonly children: ReactNode;
}

/** A tick with its meaning, over the whole width of a grid of fields. */
export function CheckField({ label, isOn, onChange, tone, children }: CheckFieldProps) {
  const id = useId();
  return (
    <div className={styles.check}>
      <TickBox id={id} isOn={isOn} describedBy={`${id}-about`} onChange={onChange} />
      <label htmlFor={id}>{label}</label>
      <small id={`${id}-about`} data-tone={tone}>
        {children}
      </small>
    </div>
  );
}
