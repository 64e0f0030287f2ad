import { useId } from 'react';
import { shellWord } from '../../lib/format.ts';
import { ChooseButton } from '../../kinds/ChooseButton.tsx';
import { usePage } from '../../state/index.ts';
import { Field } from '../../ui/Field.tsx';
import { TextBox } from '../../ui/TextBox.tsx';
import styles from './Dialogs.module.css';

/** Folders that entries were made from, as they were typed, for caches whose config is not known. */
export interface MaterialTexts {
  readonly corpusDir: string;
  readonly fontsDir: string;
}

export const NO_MATERIAL: MaterialTexts = { corpusDir: '', fontsDir: '' };

type MaterialName = keyof MaterialTexts;

const FIELDS: Readonly<Record<MaterialName, { readonly label: string; readonly about: string; readonly flag: string }>> = {
  corpusDir: { label: 'Corpus folder', about: 'where a lost text is searched', flag: 'corpus-dir' },
  fontsDir: { label: 'Fonts folder', about: 'whether fonts have changed, and to draw lines again', flag: 'fonts-dir' },
};
const NAMES = Object.keys(FIELDS) as readonly MaterialName[];

/** What the engine is asked with; what is empty is left out. */
export function materialChoices(material: MaterialTexts): Partial<MaterialTexts> {
  return Object.fromEntries(NAMES.filter((name) => material[name].trim() !== '').map((name) => [name, material[name].trim()]));
}

/** The same on the command line, with a space before each flag. */
export function materialFlags(material: MaterialTexts): string {
  return NAMES.filter((name) => material[name].trim() !== '')
    .map((name) => ` --${FIELDS[name].flag} ${shellWord(material[name].trim())}`)
    .join('');
}

interface MaterialFieldsProps {
  readonly names: readonly MaterialName[];
  readonly material: MaterialTexts;
  readonly onChange: (material: MaterialTexts) => void;
  /** What a folder is for, where that is something else than repairing. */
  readonly about?: Partial<Readonly<Record<MaterialName, string>>>;
}

export function MaterialFields({ names, material, onChange, about = {} }: MaterialFieldsProps) {
  const host = usePage((state) => state.info?.host);
  const id = useId();
  return (
    <div className={styles.numbers}>
      {names.map((name) => (
        <Field key={name} label={FIELDS[name].label} labelId={`${id}-${name}`} about={`${host === 'server' ? 'On the server: ' : ''}${about[name] ?? FIELDS[name].about}`}>
          <div className={styles.withButton}>
            <TextBox text={material[name]} onChange={(path) => onChange({ ...material, [name]: path })} />
            <ChooseButton choice="folder" from={material[name]} namedBy={`${id}-${name}`} onPath={(path) => onChange({ ...material, [name]: path })} />
          </div>
        </Field>
      ))}
    </div>
  );
}
