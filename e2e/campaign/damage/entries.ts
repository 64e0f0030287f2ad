import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bytesSource } from '../../../src-main/formats/torch/index.ts';
import type { VolumeFormat, VolumeParameters } from '../../../src-main/kinds/volume/contract.ts';
import { encodeVolumeEntry, verifyVolumeEntry } from '../../../src-main/kinds/volume/entry-file.ts';
import { preprocessVolume } from '../../../src-main/kinds/volume/preprocess.ts';
import { tinyName, tinyNifti } from '../../invariants/tiny-dataset.ts';
import type { Draw } from '../draw.ts';
import { changedNothing, damageViolation } from './check.ts';
import { differs, hit } from './damages.ts';
import type { Damage, Hit } from './damages.ts';

const COMMON = { aMin: -1000, aMax: 1000, bMin: -1, bMax: 1, axcodes: 'LPS', dtype: 'float32' } as const;
/** Entries of some 60 kB, of which most is margin, and of some 380 kB, which hold five blocks of 64 KiB and are nearly full. */
const SIZES: readonly VolumeParameters[] = [
  { ...COMMON, targetSpacing: [2, 2, 3], targetShape: [24, 24, 24] },
  { ...COMMON, targetSpacing: [0.5, 0.5, 0.6], targetShape: [50, 44, 42] },
];
/** Of each size and form. */
const EACH = 4;

/** An entry as the cache holds it, and its key. */
export interface Entry {
  readonly key: string;
  readonly bytes: Uint8Array;
  readonly parameters: VolumeParameters;
  readonly format: VolumeFormat;
}

/** Sound entries of both sizes and both forms, each of another scan, by the real arithmetic and the real encoder. */
export async function makeEntries(each = EACH): Promise<Entry[]> {
  const folder = mkdtempSync(join(tmpdir(), 'larder-damage-'));
  try {
    const entries: Entry[] = [];
    for (const parameters of SIZES) {
      for (const format of ['monai', 'tensor'] as const) {
        for (let n = 0; n < each; n++) {
          const name = tinyName(n);
          const path = join(folder, `${n}.nii`);
          writeFileSync(path, tinyNifti(n));
          const volume = await preprocessVolume({ path, isGzip: false }, parameters);
          const key = createHash('md5').update(name).digest('hex');
          // The form `tensor` has no place for a name but that of its archive.
          entries.push({ key, bytes: Buffer.concat(encodeVolumeEntry(volume, { format, prefix: key, filenameOrObj: name }).chunks), parameters, format });
        }
      }
    }
    return entries;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Codes of what a deep check finds, as `larder verify` asks it. */
export function codesOf(bytes: Uint8Array, { key, parameters }: Pick<Entry, 'key' | 'parameters'>): string[] {
  const { dtype, bMin, bMax } = parameters;
  return verifyVolumeEntry(bytesSource(bytes), { shape: [-1, ...parameters.targetShape], dtype, bMin, bMax, prefix: key }, 'deep').findings.map(({ code }) => code);
}

/** Any of them, and another of the same size and form: what a disk may give back of an earlier write. */
export function pick(entries: readonly Entry[], draw: Draw): { readonly file: Entry; readonly bytes: Uint8Array; readonly twin: Uint8Array } {
  const file = draw.oneOf(entries);
  const twins = entries.filter((one) => one !== file && one.format === file.format && one.parameters === file.parameters);
  return { file, bytes: file.bytes, twin: draw.oneOf(twins).bytes };
}

/** One damaged entry of that sort; undefined where the sort changed none. */
export function hitEntry(damage: Damage, entries: readonly Entry[], draw: Draw): Hit<Entry> | undefined {
  const fitting = entries.filter(({ bytes }) => bytes.length >= damage.least);
  return fitting.length === 0 ? undefined : hit(damage, () => pick(fitting, draw), differs, draw);
}

/** Damages an entry and has it looked at. @returns what is wrong with the verdict */
export function judgeEntry(damage: Damage, entries: readonly Entry[], draw: Draw, n: number): readonly string[] {
  const what = `${damage.name} (${n})`;
  const done = hitEntry(damage, entries, draw);
  if (done === undefined) return [changedNothing(what)];
  const violation = damageViolation({ damage: `${what}: ${done.file.format} of ${done.file.bytes.length} B`, isChanged: true, findings: codesOf(done.changed, done.file) });
  return violation === undefined ? [] : [violation];
}

/** Has a sound entry looked at. */
export function judgeGood(entries: readonly Entry[], draw: Draw, n: number): readonly string[] {
  const entry = draw.oneOf(entries);
  const violation = damageViolation({ damage: `no damage (${n})`, isChanged: false, findings: codesOf(entry.bytes, entry) });
  return violation === undefined ? [] : [violation];
}
