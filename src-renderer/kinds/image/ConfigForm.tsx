import { useId, useState } from 'react';
import type { ImageSplit } from '../../../src-main/kinds/image/contract.ts';
import { HEIGHT_LIMITS, IMAGE_SPLITS } from '../../../src-main/kinds/image/contract.ts';
import { shellWord } from '../../lib/format.ts';
import { CommandLine } from '../../ui/CommandLine.tsx';
import { Field } from '../../ui/Field.tsx';
import { NumberBox } from '../../ui/NumberBox.tsx';
import { SelectBox } from '../../ui/SelectBox.tsx';
import { SlideBar } from '../../ui/SlideBar.tsx';
import { TextBox } from '../../ui/TextBox.tsx';
import { TickBox } from '../../ui/TickBox.tsx';
import { ChooseButton } from '../ChooseButton.tsx';
import type { ConfigFormProps } from '../config-parts.ts';
import { useMaterial } from '../material.ts';
import styles from './ConfigForm.module.css';
import type { ImageChoices } from './config-text.ts';
import { LINES_MOST, STANDARD, configText, linesOf, linesProblem } from './config-text.ts';

const INDEXES: readonly { readonly value: ImageChoices['index']; readonly title: string }[] = [
  { value: 'full', title: 'full' },
  { value: 'slim', title: 'slim' },
];

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
      <Field look="beside" label="Font path in keys" about="what the training writes before a font file">
        <TextBox className={styles.input} text={choices.fontPrefix} onChange={(fontPrefix) => change({ fontPrefix })} />
      </Field>
      <Field look="beside" label="Height" about={`${choices.height} px`}>
        <SlideBar min={HEIGHT_LIMITS.min} max={HEIGHT_LIMITS.max} step={4} value={choices.height} words={(height) => `${height} pixels`} onChange={(height) => change({ height })} />
      </Field>
      <Field look="beside" label="Fonts per line" about="a number, or all: only with all does an unchanged training find every line">
        <TextBox className={styles.input} text={choices.fontsPerLine} onChange={(fontsPerLine) => change({ fontsPerLine })} />
      </Field>
      <SplitsField chosen={choices.splits} onChange={(splits) => change({ splits })} />
      <Field look="beside" label="Lines" about="the first so many of each split; empty for all" problem={problem}>
        <NumberBox label="Lines" least={0} most={LINES_MOST} placeholder="all" text={choices.maxLines} onChange={(maxLines) => change({ maxLines })} />
      </Field>
      <Field look="beside" label="Index" about={choices.index === 'full' ? 'as the training writes it' : 'keys only: for more than 500,000 entries'}>
        <SelectBox className={styles.input} options={INDEXES} value={choices.index} onChange={(index) => change({ index })} />
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
  const labelId = useId();
  return (
    <Field look="beside" label={label} labelId={labelId} about={about}>
      <div className={styles.withButton}>
        <TextBox className={styles.input} text={path} onChange={onChange} />
        <ChooseButton choice="folder" from={path} namedBy={labelId} onPath={onChange} />
      </div>
    </Field>
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
            <TickBox isOn={chosen.includes(split)} onChange={(isOn) => onChange(IMAGE_SPLITS.filter((one) => (one === split ? isOn : chosen.includes(one))))} />
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
