import { Radio } from '@base-ui/react/radio';
import { RadioGroup } from '@base-ui/react/radio-group';
import type { ReactNode } from 'react';
import styles from './Segments.module.css';

interface Segment<Value extends string> {
  readonly value: Value;
  readonly title: ReactNode;
  /** Shown to who points at it. */
  readonly hint?: string;
}

export interface SegmentsProps<Value extends string> {
  readonly label: string;
  readonly segments: readonly Segment<Value>[];
  readonly value: Value;
  readonly onChange: (value: Value) => void;
  /** `joined` in one frame of its own width, `wide` over the whole width, `pills` each by itself. */
  readonly look: 'joined' | 'wide' | 'pills';
  readonly isDisabled?: boolean;
}

/** One of a few short words, each a button: which of several is looked at. Arrow keys choose. */
export function Segments<Value extends string>({ label, segments, value, onChange, look, isDisabled = false }: SegmentsProps<Value>) {
  return (
    <RadioGroup<Value> aria-label={label} className={styles.segments} data-look={look} disabled={isDisabled} value={value} onValueChange={(next) => onChange(next)}>
      {segments.map(({ value: each, title, hint }) => (
        <Radio.Root<Value> key={each} nativeButton render={<button type="button" />} value={each} title={hint}>
          {title}
        </Radio.Root>
      ))}
    </RadioGroup>
  );
}
