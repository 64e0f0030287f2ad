import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDraw } from '../draw.ts';
import { DAMAGES } from './damages.ts';
import type { Damage } from './damages.ts';
import { hitEntry, makeEntries } from './entries.ts';
import { hitFile, makeImages } from './images.ts';
import { readByPython } from './python-reads.ts';
import type { Reader } from './python-reads.ts';

export const READERS: readonly Reader[] = ['torch', 'pillow'];
export const READER_NAMES: Readonly<Record<Reader, string>> = { torch: '`torch.load`', pillow: 'Pillow' };
export const READER_FILES: Readonly<Record<Reader, string>> = { torch: 'entries', pillow: 'pictures' };

export interface Shown {
  /** What was written, and what had been done to it. */
  readonly shown: readonly { readonly path: string; readonly damage: string }[];
  /** Paths that were read without a word. */
  readonly silent: ReadonlySet<string>;
}

/** Shows damaged files to those who read them in training, the sorts in turns. */
export async function showDamaged(reader: Reader, python: string, seed: number, from: number, count: number): Promise<Shown> {
  const folder = mkdtempSync(join(tmpdir(), 'larder-damage-shown-'));
  try {
    const damageOne = await maker(reader, join(folder, 'cache'), seed);
    const shown: { path: string; damage: string }[] = [];
    for (let n = from; n < from + count; n++) {
      const damage = DAMAGES[n % DAMAGES.length]!;
      const changed = damageOne(damage);
      if (changed === undefined) continue;
      const path = join(folder, `${n}${reader === 'torch' ? '.pt' : '.png'}`);
      writeFileSync(path, changed);
      shown.push({ path, damage: damage.name });
    }
    return { shown, silent: await readByPython(python, reader, shown.map(({ path }) => path)) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function maker(reader: Reader, directory: string, seed: number): Promise<(damage: Damage) => Uint8Array | undefined> {
  const draw = createDraw(seed + 4);
  if (reader === 'torch') {
    const entries = await makeEntries();
    return (damage) => hitEntry(damage, entries, draw)?.changed;
  }
  const files = makeImages(directory, 'images');
  return (damage) => hitFile('images', damage, files, draw)?.changed;
}
