import { findKhmerFonts } from '../../../src-main/kinds/image/find-khmer-fonts.ts';
import { entryFileOf } from '../../invariants/answers.ts';
import { openSetting } from '../../invariants/setting.ts';
import type { Setting } from '../../invariants/setting.ts';
import { tinyDataset, tinyName } from '../../invariants/tiny-dataset.ts';
import type { CacheForm } from '../faults/cache-form.ts';
import { IMAGE_FORM, VOLUME_FORM } from '../faults/cache-form.ts';
import { readCache } from '../faults/check.ts';
import type { CacheState } from '../faults/check.ts';
import { NO_FONTS, writePlace } from '../faults/image-scenarios.ts';

/** Items nobody removes, items that are set aside, and items that are deleted and made anew. */
export interface Shares {
  readonly kept: readonly string[];
  readonly cleared: readonly string[];
  readonly deleted: readonly string[];
}

/** A whole cache on which several are going to work, and how they call it. */
export interface SharedCache extends Shares {
  readonly setting: Setting;
  readonly config: readonly string[];
  readonly directory: string;
  readonly form: CacheForm;
  /** Commands that make what is missing. */
  readonly makes: readonly (readonly string[])[];
  /** The Python reader, a script beside this file. */
  readonly script: string;
  /** What it compares with. */
  readonly library: string;
  readonly before: CacheState;
  filesOf(item: string): readonly string[];
}

const SHARE = 4;
const LINES = ['ភាសា', 'ខ្មែរ', 'សាលា', 'ទឹក', 'ផ្ទះ', 'ដី', 'មេឃ', 'ភ្លើង', 'ដើមឈើ', 'សៀវភៅ', 'តុ', 'ថ្ងៃ'] as const;

function shared(items: readonly string[]): Shares {
  return { kept: items.slice(0, SHARE), cleared: items.slice(SHARE, 2 * SHARE), deleted: items.slice(2 * SHARE) };
}

async function made(setting: Setting, make: readonly string[], look: () => CacheState, files: number): Promise<CacheState> {
  const { stdout, stderr } = await setting.run(...make);
  const before = look();
  if (before.entries.size !== files) throw new Error(`${before.entries.size} of ${files} files were made to begin with: ${stdout}${stderr}`);
  return before;
}

/** Volumes, made of raw files from a Hub. */
export async function openVolumes(): Promise<SharedCache> {
  const names = Array.from({ length: 3 * SHARE }, (_, n) => tinyName(n));
  const setting = await openSetting({ targetShape: [16, 16, 16], dataset: tinyDataset(names.length) });
  const config = ['--config', setting.project.configPath];
  const before = await made(setting, ['generate', '--yes', ...config], () => readCache(setting.cacheDirectory(), VOLUME_FORM), names.length);
  return {
    ...shared(names),
    setting,
    config,
    directory: setting.cacheDirectory(),
    form: VOLUME_FORM,
    makes: [['generate', '--yes', '--num-workers', '1'], ['generate', '--yes', '--num-workers', '1', '--batch-size', '1']],
    script: 'torch_loop.py',
    library: 'PyTorch',
    before,
    filesOf: (name) => [entryFileOf(name)],
  };
}

/** Why no cache of images can be made here; undefined where it can. */
export function imagesProblem(): string | undefined {
  return findKhmerFonts() === undefined ? NO_FONTS : undefined;
}

/** Images of lines of a corpus, drawn with one font. */
export async function openImages(): Promise<SharedCache> {
  const setting = await openSetting({ dataset: tinyDataset(1) });
  const { cache, config } = writePlace(setting.project.directory, findKhmerFonts()!, ['KhmerOS.ttf'], LINES);
  const before = await made(setting, ['pregenerate', ...config], () => readCache(cache, IMAGE_FORM), 2 * LINES.length);
  const keys = new Map([...before.entries].filter(([file]) => file.endsWith('.json')).map(([file, bytes]) => [(JSON.parse(bytes.toString('utf8')) as { readonly text: string }).text, file.slice('metadata/'.length, -'.json'.length)]));
  return {
    ...shared(LINES),
    setting,
    config,
    directory: cache,
    form: IMAGE_FORM,
    makes: [['pregenerate', '--jobs', '1'], ['pregenerate', '--jobs', '1', '--limit', '2']],
    script: 'pillow_loop.py',
    library: 'Pillow',
    before,
    filesOf: (line) => [`images/${keys.get(line)!}.png`, `metadata/${keys.get(line)!}.json`],
  };
}
