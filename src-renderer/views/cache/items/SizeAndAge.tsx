import { Field } from '../../../ui/Field.tsx';
import { TextBox } from '../../../ui/TextBox.tsx';
import styles from './ItemsTab.module.css';
import type { BoundTexts } from './size-and-age.ts';
import { BOUND_NAMES, boundProblem } from './size-and-age.ts';

const LABELS: Readonly<Record<keyof BoundTexts, { readonly label: string; readonly example: string }>> = {
  minSize: { label: 'At least', example: '10MB' },
  maxSize: { label: 'At most', example: '33MB' },
  older: { label: 'Made longer ago than', example: '30d' },
  newer: { label: 'Made within the last', example: '12h' },
};

/** Filters by size and by when a file was made. */
export function SizeAndAge({ texts, onChange }: { readonly texts: BoundTexts; readonly onChange: (texts: BoundTexts) => void }) {
  return (
    <div className={styles.bounds} role="group" aria-label="Filter by size and age">
      {BOUND_NAMES.map((name) => (
        <Field key={name} label={LABELS[name].label} look="line" problem={boundProblem(name, texts[name])}>
          <TextBox className={styles.bound} placeholder={LABELS[name].example} text={texts[name]} onChange={(text) => onChange({ ...texts, [name]: text })} />
        </Field>
      ))}
    </div>
  );
}
