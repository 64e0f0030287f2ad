import { Toggle } from '@base-ui/react/toggle';
import { ToggleGroup } from '@base-ui/react/toggle-group';
import type { SegmentsProps } from './Segments.tsx';
import styles from './Segments.module.css';

/** One of a few short words, as buttons that stay pressed: how something is shown, or what of it. Arrow keys go along, Space and Enter press; pressing the pressed one again says its value again. */
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
