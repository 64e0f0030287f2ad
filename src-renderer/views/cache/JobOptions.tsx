import type { ReactNode } from 'react';
import { Field } from '../../ui/Field.tsx';
import { NumberBox } from '../../ui/NumberBox.tsx';
import styles from './Dialogs.module.css';
import type { NumberName, NumberTexts } from './job-options.ts';
import { NUMBER_MOST, numberProblem } from './job-options.ts';

interface Option {
  readonly name: NumberName;
  readonly label: string;
  readonly placeholder: string;
  readonly about: string;
}

const OPTIONS: Readonly<Record<NumberName, Option>> = {
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
          <NumberOption key={name} option={OPTIONS[name]} text={texts[name] ?? ''} onChange={(text) => onChange({ ...texts, [name]: text })} />
        ))}
        {children}
      </div>
    </details>
  );
}

function NumberOption({ option: { name, label, placeholder, about }, text, onChange }: { readonly option: Option; readonly text: string; readonly onChange: (text: string) => void }) {
  return (
    <Field label={label} about={about} problem={numberProblem(name, text)}>
      <NumberBox label={label} least={1} most={NUMBER_MOST[name]} placeholder={placeholder} text={text} onChange={onChange} />
    </Field>
  );
}
