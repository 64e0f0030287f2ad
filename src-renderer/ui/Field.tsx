import { Field as BaseField } from '@base-ui/react/field';
import type { ReactNode } from 'react';
import styles from './Field.module.css';

interface FieldProps {
  readonly label: string;
  /** Where a button beside the control is described by the name of the field. */
  readonly labelId?: string;
  /** What it means, in a quiet line. */
  readonly about?: ReactNode;
  /** What is wrong with it, instead. */
  readonly problem?: string | null;
  /** Wrong, as is said elsewhere. */
  readonly isWrong?: boolean;
  /** `above` the control, `beside` it in a column of its own, or both in one `line`. */
  readonly look?: 'above' | 'beside' | 'line';
  readonly className?: string | undefined;
  /** The control, with what belongs to it. */
  readonly children: ReactNode;
}

/** A control with its name and what is said about it; a reader of the screen is told both. */
export function Field({ label, labelId, about, problem = null, isWrong = problem !== null, look = 'above', className, children }: FieldProps) {
  return (
    <BaseField.Root className={`${styles.field} ${className ?? ''}`} data-look={look} invalid={isWrong}>
      <BaseField.Label id={labelId}>{label}</BaseField.Label>
      {children}
      {problem !== null ? (
        <BaseField.Error match role="alert" render={<small data-tone="bad" />}>
          ▲ {problem}
        </BaseField.Error>
      ) : (
        about !== undefined && <BaseField.Description render={<small />}>{about}</BaseField.Description>
      )}
    </BaseField.Root>
  );
}
