import type { ReactNode } from 'react';
import { useId } from 'react';
import styles from './Dialogs.module.css';
import type { NumberName, NumberTexts } from './job-options.ts';
import { numberProblem } from './job-options.ts';

interface Field {
  readonly name: NumberName;
  readonly label: string;
  readonly placeholder: string;
  readonly about: string;
}

const FIELDS: Readonly<Record<NumberName, Field>> = {
  limit: { name: 'limit', label: 'Limit', placeholder: 'all', about: 'only the first so many' },
  numWorkers: { name: 'numWorkers', label: 'Workers', placeholder: 'auto', about: 'at most, as far as the memory holds them' },
  batchSize: { name: 'batchSize', label: 'Batch size', placeholder: '100', about: 'raw files on disk at once, at most' },
};

interface JobOptionsProps {
  readonly names: readonly NumberName[];
  readonly texts: NumberTexts;
  readonly onChange: (texts: NumberTexts) => void;
  /** Open from the start. */
  readonly isOpen?: boolean;
  /** Further fields behind the numbers. */
  readonly children?: ReactNode;
}

/** What few jobs need, closed at first; each has its flag in the command. */
export function JobOptions({ names, texts, onChange, isOpen = false, children }: JobOptionsProps) {
  return (
    <details className={styles.options} open={isOpen}>
      <summary>Options</summary>
      <div className={styles.numbers}>
        {names.map((name) => (
          <NumberField key={name} field={FIELDS[name]} text={texts[name] ?? ''} onChange={(text) => onChange({ ...texts, [name]: text })} />
        ))}
        {children}
      </div>
    </details>
  );
}

function NumberField({ field, text, onChange }: { readonly field: Field; readonly text: string; readonly onChange: (text: string) => void }) {
  const aboutId = useId();
  const problem = numberProblem(field.name, text);
  return (
    <label className="field">
      <span>{field.label}</span>
      <input className="input" type="text" inputMode="numeric" autoComplete="off" placeholder={field.placeholder} value={text} aria-invalid={problem !== null} aria-describedby={aboutId} onChange={(event) => onChange(event.target.value)} />
      <small id={aboutId} data-tone={problem === null ? undefined : 'bad'}>
        {problem === null ? field.about : `▲ ${problem}`}
      </small>
    </label>
  );
}
