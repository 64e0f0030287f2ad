import { useId } from 'react';
import type { Choices } from './config-choices.ts';
import { choiceProblem } from './config-choices.ts';
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
      {areRawFiles ? <RawFileChoices choices={choices} /> : <DrawAgain choices={choices} />}
    </div>
  );
}

/** What there is to choose where entries are made from raw files. */
function RawFileChoices({ choices }: { readonly choices: Choices }) {
  const cleanId = useId();
  return (
    <>
      <label className={styles.field}>
        <span>Format</span>
        <select value={choices.format} onChange={(event) => changeChoices({ format: event.target.value as Choices['format'] })}>
          <option value="monai">MONAI</option>
          <option value="tensor">plain tensors</option>
        </select>
        <small>{choices.format === 'monai' ? 'as MONAI writes it' : 'loads with weights_only=True'}</small>
      </label>
      <div className={styles.check}>
        <input id={cleanId} type="checkbox" checked={choices.cleanLocalRawFiles} aria-describedby={`${cleanId}-about`} onChange={(event) => changeChoices({ cleanLocalRawFiles: event.target.checked })} />
        <label htmlFor={cleanId}>Remove local raw files</label>
        <small id={`${cleanId}-about`} data-tone={choices.cleanLocalRawFiles ? 'warn' : undefined}>
          {choices.cleanLocalRawFiles
            ? '◆ Raw files you had before are deleted for good, each one only after its entry is in the cache and was checked.'
            : 'Raw files you had before stay. Those that Larder downloads go by themselves, after their entry was checked.'}
        </small>
      </div>
    </>
  );
}

/** Entries that are made from raw files are made again by clearing them first; a picture is replaced in one step. */
function DrawAgain({ choices }: { readonly choices: Choices }) {
  const id = useId();
  return (
    <div className={styles.check}>
      <input id={id} type="checkbox" checked={choices.remake} aria-describedby={`${id}-about`} onChange={(event) => changeChoices({ remake: event.target.checked })} />
      <label htmlFor={id}>Draw again what is there</label>
      <small id={`${id}-about`}>Each picture is replaced as a whole, as after a change of its font. What is there stays until then.</small>
    </div>
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
    <label className={styles.field}>
      <span>{label}</span>
      <input type="text" inputMode="numeric" autoComplete="off" placeholder={placeholder} value={choices[name]} aria-invalid={problem !== null} aria-describedby={aboutId} onChange={(event) => changeChoices({ [name]: event.target.value })} />
      <small id={aboutId} data-tone={problem === null ? undefined : 'bad'}>
        {problem === null ? about : `▲ ${problem}`}
      </small>
    </label>
  );
}
