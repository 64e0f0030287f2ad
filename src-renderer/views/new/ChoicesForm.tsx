import { useId } from 'react';
import { RawFileChoices } from '../../kinds/volume/RawFileChoices.tsx';
import { CheckField } from '../../ui/CheckField.tsx';
import type { Choices } from './config-choices.ts';
import { choiceProblem, namesProblem } from './config-choices.ts';
import { changeChoices, useNew } from './new-state.ts';
import styles from './NewView.module.css';

/** What can be chosen; each has its flag on the command line. */
export function ChoicesForm({ areRawFiles }: { readonly areRawFiles: boolean }) {
  const choices = useNew((state) => state.choices);
  return (
    <div className={styles.choices}>
      {areRawFiles && <NumberField choices={choices} name="batchSize" label="Batch size" placeholder="100" about="raw files on disk at once, at most" />}
      <NumberField choices={choices} name="numWorkers" label="Workers" placeholder="auto" about="one per core, if the memory holds them" />
      <NumberField choices={choices} name="limit" label="Limit" placeholder="all" about="only the first so many" />
      <NamesField choices={choices} />
      {areRawFiles ? <RawFileChoices choices={choices} onChange={changeChoices} /> : <DrawAgain choices={choices} />}
    </div>
  );
}

/** Some items by their names, where not all are wanted. */
function NamesField({ choices }: { readonly choices: Choices }) {
  const problem = namesProblem(choices);
  const aboutId = useId();
  return (
    <label className={`field ${styles.wide}`}>
      <span>Only these</span>
      <textarea className={`input ${styles.names}`} rows={2} spellCheck={false} autoComplete="off" placeholder="all" value={choices.only} aria-invalid={problem !== null} aria-describedby={aboutId} onChange={(event) => changeChoices({ only: event.target.value })} />
      <small id={aboutId} data-tone={problem === null ? undefined : 'bad'}>
        {problem === null ? 'one a line: names as the lists have them, or hashes' : `▲ ${problem}`}
      </small>
    </label>
  );
}

/** Entries that are made from raw files are made again by clearing them first; a picture is replaced in one step. */
function DrawAgain({ choices }: { readonly choices: Choices }) {
  return (
    <CheckField label="Draw again what is there" isOn={choices.remake} onChange={(remake) => changeChoices({ remake })}>
      Each picture is replaced as a whole, as after a change of its font. What is there stays until then.
    </CheckField>
  );
}

interface NumberFieldProps {
  readonly choices: Choices;
  readonly name: 'limit' | 'batchSize' | 'numWorkers';
  readonly label: string;
  readonly placeholder: string;
  readonly about: string;
}

function NumberField({ choices, name, label, placeholder, about }: NumberFieldProps) {
  const problem = choiceProblem(choices, name);
  const aboutId = useId();
  return (
    <label className="field">
      <span>{label}</span>
      <input className="input" type="text" inputMode="numeric" autoComplete="off" placeholder={placeholder} value={choices[name]} aria-invalid={problem !== null} aria-describedby={aboutId} onChange={(event) => changeChoices({ [name]: event.target.value })} />
      <small id={aboutId} data-tone={problem === null ? undefined : 'bad'}>
        {problem === null ? about : `▲ ${problem}`}
      </small>
    </label>
  );
}
