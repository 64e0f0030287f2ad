import { useId, useState } from 'react';
import type { ReactNode } from 'react';
import { HEIGHT_LIMITS } from '../../../src-main/kinds/image/contract.ts';
import { shellWord } from '../../lib/format.ts';
import { CommandLine } from '../../ui/CommandLine.tsx';
import type { ConfigFormProps } from '../config-parts.ts';
import { useMaterial } from '../material.ts';
import styles from './ConfigForm.module.css';
import type { ImageChoices } from './config-text.ts';
import { STANDARD, configText } from './config-text.ts';

/** Lines of a corpus as pictures: folders, height and fonts, from which the config is written while one chooses. */
export function ImageConfigForm({ onConfig }: ConfigFormProps) {
  const { corpus, fonts } = useMaterial();
  const [typed, setTyped] = useState<Partial<ImageChoices>>({});
  // A folder that was dropped stands where nothing was typed since.
  const choices: ImageChoices = { ...STANDARD, ...(corpus === undefined ? {} : { corpusDir: corpus }), ...(fonts === undefined ? {} : { fontsDir: fonts }), ...typed };
  const [isLive, setLive] = useState(false);
  const change = (part: Partial<ImageChoices>): void => {
    setTyped({ ...typed, ...part });
    if (isLive) onConfig(configText({ ...choices, ...part }));
  };
  const text = (name: 'corpusDir' | 'fontsDir' | 'cacheDir' | 'fontPrefix'): ReactNode => <input type="text" className={styles.input} spellCheck={false} autoComplete="off" value={choices[name]} onChange={(event) => change({ [name]: event.target.value })} />;
  return (
    <form
      className={styles.form}
      aria-labelledby="image-form-title"
      onSubmit={(event) => {
        event.preventDefault();
        setLive(true);
        onConfig(configText(choices));
      }}
    >
      <h2 id="image-form-title">Pregenerate images of text</h2>
      <p className={styles.quiet}>No config yet? The lines of a corpus are drawn in every font the training uses. Augmentation stays in the training: it is random, and never cached.</p>
      <Field label="Corpus folder" about="train.txt or train_0.txt …, val.txt, test.txt">
        {text('corpusDir')}
      </Field>
      <Field label="Fonts folder" about=".ttf and .otf files">
        {text('fontsDir')}
      </Field>
      <Field label="Cache folder" about="the one the training names">
        {text('cacheDir')}
      </Field>
      <Field label="Font path in keys" about="what the training writes before a font file">
        {text('fontPrefix')}
      </Field>
      <Field label="Height" about={`${choices.height} px`}>
        <input type="range" min={HEIGHT_LIMITS.min} max={HEIGHT_LIMITS.max} step={4} value={choices.height} aria-valuetext={`${choices.height} pixels`} onChange={(event) => change({ height: event.target.valueAsNumber })} />
      </Field>
      <Field label="Fonts per line" about="a number, or all: only with all does an unchanged training find every line">
        <input type="text" className={styles.input} autoComplete="off" value={choices.fontsPerLine} onChange={(event) => change({ fontsPerLine: event.target.value })} />
      </Field>
      <button type="submit" className="button">
        {isLive ? 'Write the config again' : 'Write the config and show a line'}
      </button>
      <CommandLine place="new: images" command={commandOf(choices)} purpose="pregenerate these images" />
    </form>
  );
}

function Field({ label, about, children }: { readonly label: string; readonly about: string; readonly children: ReactNode }) {
  const id = useId();
  return (
    <label className={styles.field} aria-describedby={id}>
      <span>{label}</span>
      {children}
      <small id={id}>{about}</small>
    </label>
  );
}

/** Only what is not the standard has to be said. */
function commandOf(choices: ImageChoices): string {
  const flags: readonly (readonly [string, string, string])[] = [
    ['--corpus-dir', choices.corpusDir, STANDARD.corpusDir],
    ['--fonts-dir', choices.fontsDir, STANDARD.fontsDir],
    ['--cache', choices.cacheDir, STANDARD.cacheDir],
    ['--font-prefix', choices.fontPrefix, STANDARD.fontPrefix],
    ['--height', String(choices.height), String(STANDARD.height)],
    ['--fonts-per-line', choices.fontsPerLine, STANDARD.fontsPerLine],
  ];
  return ['larder pregenerate', ...flags.flatMap(([flag, value, standard]) => (value === standard ? [] : [`${flag} ${shellWord(value)}`]))].join(' ');
}
