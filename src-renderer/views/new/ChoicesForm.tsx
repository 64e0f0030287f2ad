import { RawFileChoices } from '../../kinds/volume/RawFileChoices.tsx';
import { CheckField } from '../../ui/CheckField.tsx';
import { Field } from '../../ui/Field.tsx';
import { NumberBox } from '../../ui/NumberBox.tsx';
import { TextBox } from '../../ui/TextBox.tsx';
import type { Choices } from './config-choices.ts';
import { CHOICE_MOST, choiceProblem, namesProblem } from './config-choices.ts';
import { changeChoices, useNew } from './new-state.ts';
import styles from './NewView.module.css';

/** What can be chosen; each has its flag on the command line. */
export function ChoicesForm({ areRawFiles }: { readonly areRawFiles: boolean }) {
  const choices = useNew((state) => state.choices);
  return (
    <div className={styles.choices}>
      {areRawFiles && <NumberChoice choices={choices} name="batchSize" label="Batch size" placeholder="100" about="raw files on disk at once, at most" />}
      <NumberChoice choices={choices} name="numWorkers" label="Workers" placeholder="auto" about="one per core, if the memory holds them" />
      <NumberChoice choices={choices} name="limit" label="Limit" placeholder="all" about="only the first so many" />
      <NamesField choices={choices} />
      {areRawFiles ? <RawFileChoices choices={choices} onChange={changeChoices} /> : <DrawAgain choices={choices} />}
    </div>
  );
}

/** Some items by their names, where not all are wanted. */
function NamesField({ choices }: { readonly choices: Choices }) {
  return (
    <Field className={styles.wide} label="Only these" about="one a line: names as the lists have them, or hashes" problem={namesProblem(choices)}>
      <TextBox className={styles.names} rows={2} placeholder="all" text={choices.only} onChange={(only) => changeChoices({ only })} />
    </Field>
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

interface NumberChoiceProps {
  readonly choices: Choices;
  readonly name: 'limit' | 'batchSize' | 'numWorkers';
  readonly label: string;
  readonly placeholder: string;
  readonly about: string;
}

function NumberChoice({ choices, name, label, placeholder, about }: NumberChoiceProps) {
  return (
    <Field label={label} about={about} problem={choiceProblem(choices, name)}>
      <NumberBox label={label} least={1} most={CHOICE_MOST[name]} placeholder={placeholder} text={choices[name]} onChange={(text) => changeChoices({ [name]: text })} />
    </Field>
  );
}
