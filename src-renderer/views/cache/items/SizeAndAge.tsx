import { useId } from 'react';
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
  const id = useId();
  return (
    <div className={styles.bounds} role="group" aria-label="Filter by size and age">
      {BOUND_NAMES.map((name) => {
        const problem = boundProblem(name, texts[name]);
        return (
          <label key={name}>
            {LABELS[name].label}
            <input type="text" autoComplete="off" spellCheck={false} placeholder={LABELS[name].example} value={texts[name]} aria-invalid={problem !== null} aria-describedby={problem === null ? undefined : `${id}-${name}`} onChange={(event) => onChange({ ...texts, [name]: event.target.value })} />
            {problem !== null && (
              <small id={`${id}-${name}`} role="alert">
                ▲ {problem}
              </small>
            )}
          </label>
        );
      })}
    </div>
  );
}
