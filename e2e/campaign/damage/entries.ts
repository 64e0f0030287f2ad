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

const PARAMETERS: VolumeParameters = { targetSpacing: [2, 2, 3], targetShape: [24, 24, 24], aMin: -1000, aMax: 1000, bMin: -1, bMax: 1, axcodes: 'LPS', dtype: 'float32' };

/** An entry as the cache holds it, and its key. */
export interface Entry {
  readonly key: string;
  readonly bytes: Uint8Array;
}

/** Sound entries, each of another scan, by the real arithmetic and the real encoder. */
export async function makeEntries(count: number, format: VolumeFormat = 'monai'): Promise<Entry[]> {
  const folder = mkdtempSync(join(tmpdir(), 'larder-damage-'));
  try {
    const entries: Entry[] = [];
    for (let n = 0; n < count; n++) {
      const name = tinyName(n);
      const path = join(folder, `${n}.nii`);
      writeFileSync(path, tinyNifti(n));
      const volume = await preprocessVolume({ path, isGzip: false }, PARAMETERS);
      const key = createHash('md5').update(name).digest('hex');
      entries.push({ key, bytes: Buffer.concat(encodeVolumeEntry(volume, { format, prefix: key, filenameOrObj: name }).chunks) });
    }
    return entries;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Codes of what a deep check finds, as `larder verify` asks it. */
export function codesOf(bytes: Uint8Array, key: string): string[] {
  const { shape, dtype } = { shape: [-1, ...PARAMETERS.targetShape], dtype: PARAMETERS.dtype };
  return verifyVolumeEntry(bytesSource(bytes), { shape, dtype, bMin: PARAMETERS.bMin, bMax: PARAMETERS.bMax, prefix: key }, 'deep').findings.map(({ code }) => code);
}

/** A sound entry with values of its own: every one is read as good. */
export function pick(entries: readonly Entry[], draw: Draw): { readonly entry: Entry; readonly twin: Entry } {
  const at = draw.below(entries.length);
  return { entry: entries[at]!, twin: entries[(at + 1 + draw.below(entries.length - 1)) % entries.length]! };
}
