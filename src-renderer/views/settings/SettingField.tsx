import type { FormEvent } from 'react';
import { useEffect, useId, useState } from 'react';
import type { Choice } from '../../../src-main/contract/desktop.ts';
import type { SettingName, Settings } from '../../../src-main/contract/settings.ts';
import { DEFAULT_SETTINGS, SETTING_BOUNDS } from '../../../src-main/contract/settings.ts';
import { ChooseButton } from '../../kinds/ChooseButton.tsx';
import { CommandLine } from '../../ui/CommandLine.tsx';
import { Field } from '../../ui/Field.tsx';
import { NumberBox } from '../../ui/NumberBox.tsx';
import { TextBox } from '../../ui/TextBox.tsx';
import { ErrorNote } from '../cache/ErrorNote.tsx';
import styles from './SettingsView.module.css';
import { fieldProblem, fieldText, parseField, settingCommand } from './values.ts';

interface SettingFieldProps {
  readonly name: SettingName;
  readonly label: string;
  readonly settings: Settings;
  /** What it means when it is empty. */
  readonly placeholder: string;
  readonly unit?: string;
  /** What is asked for by a dialog, where it is a path. */
  readonly choice?: Choice;
  /** What counts now and why, under the field. */
  readonly note: string;
  readonly onChange: (change: Partial<Settings>) => Promise<void>;
}

/** One setting: kept with Enter or the button that appears when it was changed. */
export function SettingField({ name, label, settings, placeholder, unit, choice, note, onChange }: SettingFieldProps) {
  const labelId = useId();
  const known = fieldText(name, settings[name]);
  const [text, setText] = useState(known);
  const [error, setError] = useState<Error>();
  const [kept, setKept] = useState<string | null>(null);
  // What the engine says replaces what was typed, once it was kept here or elsewhere.
  useEffect(() => setText(known), [known]);
  const isChanged = text.trim() !== known;
  const problem = fieldProblem(name, text);
  const type = (next: string): void => {
    setText(next);
    setKept(null);
  };
  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    // The button goes once it was pressed.
    event.currentTarget.querySelector<HTMLInputElement>('input:not([tabindex="-1"])')?.focus();
    if (!isChanged || problem !== null) return;
    const change = parseField(name, text, DEFAULT_SETTINGS);
    setError(change === undefined ? new Error(`“${text}” is no number above zero.`) : undefined);
    if (change === undefined) return;
    try {
      await onChange(change);
      setKept(settingCommand(name, text));
    } catch (problem) {
      setError(problem instanceof Error ? problem : new Error(String(problem)));
    }
  };
  return (
    <form className={styles.setting} noValidate onSubmit={(event) => void submit(event)}>
      <Field look="beside" className={styles.named} label={label} labelId={labelId} about={note} problem={problem} isWrong={error !== undefined || problem !== null}>
        <div className={styles.control}>
          {name === 'workers' ? (
            <NumberBox label={label} className={styles.short} least={SETTING_BOUNDS.workers[0]} most={SETTING_BOUNDS.workers[1]} placeholder={placeholder} text={text} onChange={type} />
          ) : (
            <TextBox className={unit === undefined ? styles.long : styles.short} inputMode={unit === undefined ? 'text' : 'decimal'} placeholder={placeholder} text={text} onChange={type} />
          )}
          {choice !== undefined && <ChooseButton choice={choice} from={text} namedBy={labelId} onPath={type} />}
          {unit !== undefined && unit !== '' && <span className={styles.quiet}>{unit}</span>}
          {isChanged && problem === null && (
            <button type="submit" className="button" data-size="small" data-tone="main" aria-label={`Keep ${label}`}>
              Keep
            </button>
          )}
          <span role="status" className={styles.kept}>
            {kept === null ? '' : '✓ Kept'}
          </span>
        </div>
      </Field>
      {error !== undefined && <ErrorNote error={error} />}
      <KeptCommand command={kept} label={label} />
    </form>
  );
}

interface KeptCommandProps {
  /** Null until a value was kept. */
  readonly command: string | null;
  /** Name of the setting. */
  readonly label: string;
}

/** The command that keeps the same value of one setting. */
export function KeptCommand({ command, label }: KeptCommandProps) {
  return command === null ? null : <CommandLine place="settings: one" command={command} purpose={label} />;
}
