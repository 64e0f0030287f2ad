import { useId, useState } from 'react';
import type { ReactNode } from 'react';
import type { ImageSplit } from '../../../src-main/kinds/image/contract.ts';
import { HEIGHT_LIMITS, IMAGE_SPLITS } from '../../../src-main/kinds/image/contract.ts';
import { shellWord } from '../../lib/format.ts';
import { CommandLine } from '../../ui/CommandLine.tsx';
import { ChooseButton } from '../ChooseButton.tsx';
import type { ConfigFormProps } from '../config-parts.ts';
import { useMaterial } from '../material.ts';
import styles from './ConfigForm.module.css';
import type { ImageChoices } from './config-text.ts';
import { STANDARD, configText, linesOf, linesProblem } from './config-text.ts';

/** Lines of a corpus as pictures: folders, height and fonts, from which the config is written while one chooses. */
export function ImageConfigForm({ onConfig }: ConfigFormProps) {
  const { corpus, fonts } = useMaterial();
  const [typed, setTyped] = useState<Partial<ImageChoices>>({});
  // A folder that was dropped stands where nothing was typed since.
  const choices: ImageChoices = { ...STANDARD, ...(corpus === undefined ? {} : { corpusDir: corpus }), ...(fonts === undefined ? {} : { fontsDir: fonts }), ...typed };
  const [isLive, setLive] = useState(false);
  const change = (part: Partial<ImageChoices>): void => {
    setTyped({ ...typed, ...part });
    const next = { ...choices, ...part };
    if (isLive && next.splits.length > 0) onConfig(configText(next));
  };
  const problem = linesProblem(choices.maxLines);
  const isPossible = problem === null && choices.splits.length > 0;
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
      <FolderField label="Corpus folder" about="train.txt or train_0.txt …, val.txt, test.txt" path={choices.corpusDir} onChange={(corpusDir) => change({ corpusDir })} />
      <FolderField label="Fonts folder" about=".ttf and .otf files" path={choices.fontsDir} onChange={(fontsDir) => change({ fontsDir })} />
      <FolderField label="Cache folder" about="the one the training names" path={choices.cacheDir} onChange={(cacheDir) => change({ cacheDir })} />
      <Field label="Font path in keys" about="what the training writes before a font file">
        <input type="text" className={styles.input} spellCheck={false} autoComplete="off" value={choices.fontPrefix} onChange={(event) => change({ fontPrefix: event.target.value })} />
      </Field>
      <Field label="Height" about={`${choices.height} px`}>
        <input type="range" min={HEIGHT_LIMITS.min} max={HEIGHT_LIMITS.max} step={4} value={choices.height} aria-valuetext={`${choices.height} pixels`} onChange={(event) => change({ height: event.target.valueAsNumber })} />
      </Field>
      <Field label="Fonts per line" about="a number, or all: only with all does an unchanged training find every line">
        <input type="text" className={styles.input} autoComplete="off" value={choices.fontsPerLine} onChange={(event) => change({ fontsPerLine: event.target.value })} />
      </Field>
      <SplitsField chosen={choices.splits} onChange={(splits) => change({ splits })} />
      <Field label="Lines" about={problem === null ? 'the first so many of each split; empty for all' : `▲ ${problem}`} isWrong={problem !== null}>
        <input type="text" className={styles.input} inputMode="numeric" autoComplete="off" placeholder="all" value={choices.maxLines} aria-invalid={problem !== null} onChange={(event) => change({ maxLines: event.target.value })} />
      </Field>
      <Field label="Index" about={choices.index === 'full' ? 'as the training writes it' : 'keys only: for more than 500,000 entries'}>
        <select className={styles.input} value={choices.index} onChange={(event) => change({ index: event.target.value === 'slim' ? 'slim' : 'full' })}>
          <option value="full">full</option>
          <option value="slim">slim</option>
        </select>
      </Field>
      <button type="submit" className="button" disabled={!isPossible}>
        {isLive ? 'Write the config again' : 'Write the config and show a line'}
      </button>
      <CommandLine place="new: images" command={commandOf(choices)} purpose="pregenerate these images" />
    </form>
  );
}

/** A folder, typed or chosen. */
function FolderField({ label, about, path, onChange }: { readonly label: string; readonly about: string; readonly path: string; readonly onChange: (path: string) => void }) {
  const id = useId();
  return (
    <div className={styles.field}>
      <label id={`${id}-label`} htmlFor={id}>
        {label}
      </label>
      <div className={styles.withButton}>
        <input id={id} type="text" className={styles.input} spellCheck={false} autoComplete="off" value={path} aria-describedby={`${id}-about`} onChange={(event) => onChange(event.target.value)} />
        <ChooseButton choice="folder" from={path} describedBy={`${id}-label`} onPath={onChange} />
      </div>
      <small id={`${id}-about`}>{about}</small>
    </div>
  );
}

/** Which parts of the corpus are drawn; at least one. */
function SplitsField({ chosen, onChange }: { readonly chosen: readonly ImageSplit[]; readonly onChange: (splits: readonly ImageSplit[]) => void }) {
  const isNone = chosen.length === 0;
  return (
    <fieldset className={styles.splits} aria-describedby="splits-about">
      <legend>Splits</legend>
      <div className={styles.ticks}>
        {IMAGE_SPLITS.map((split) => (
          <label key={split}>
            <input type="checkbox" checked={chosen.includes(split)} onChange={({ target }) => onChange(IMAGE_SPLITS.filter((one) => (one === split ? target.checked : chosen.includes(one))))} />
            {split}
          </label>
        ))}
      </div>
      <small id="splits-about" data-tone={isNone ? 'bad' : undefined}>
        {isNone ? '▲ At least one.' : 'the parts of the corpus that are drawn'}
      </small>
    </fieldset>
  );
}

function Field({ label, about, isWrong = false, children }: { readonly label: string; readonly about: string; readonly isWrong?: boolean; readonly children: ReactNode }) {
  const id = useId();
  return (
    <label className={styles.field} aria-describedby={id}>
      <span>{label}</span>
      {children}
      <small id={id} data-tone={isWrong ? 'bad' : undefined}>
        {about}
      </small>
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
    ['--max-lines', String(linesOf(choices.maxLines)), '0'],
    ['--index', choices.index, STANDARD.index],
  ];
  const splits = choices.splits.length % IMAGE_SPLITS.length === 0 ? [] : [`--splits ${choices.splits.join(' ')}`];
  return ['larder pregenerate', ...flags.flatMap(([flag, value, standard]) => (value === standard ? [] : [`${flag} ${shellWord(value)}`])), ...splits].join(' ');
}
