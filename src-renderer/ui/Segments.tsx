import { Radio } from '@base-ui/react/radio';
import { RadioGroup } from '@base-ui/react/radio-group';
import { Toggle } from '@base-ui/react/toggle';
import { ToggleGroup } from '@base-ui/react/toggle-group';
import type { ReactNode } from 'react';
import styles from './Segments.module.css';

interface Segment<Value extends string> {
  readonly value: Value;
  readonly title: ReactNode;
  /** Shown to who points at it. */
  readonly hint?: string;
}

interface SegmentsProps<Value extends string> {
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

/** The same as buttons that stay pressed: how something is shown, or what of it. Arrow keys go along, Space and Enter press; pressing the pressed one again says its value again. */
export function Toggles<Value extends string>({ label, segments, value, onChange, look, isDisabled = false }: SegmentsProps<Value>) {
  return (
    <ToggleGroup<Value> aria-label={label} className={styles.segments} data-look={look} disabled={isDisabled} value={[value]} onValueChange={([next]) => onChange(next ?? value)}>
      {segments.map(({ value: each, title, hint }) => (
        <Toggle<Value> key={each} value={each} title={hint}>
          {title}
        </Toggle>
      ))}
    </ToggleGroup>
  );
}
