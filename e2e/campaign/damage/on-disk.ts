import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openSetting, soundEntries } from '../../invariants/setting.ts';
import { linesOf } from '../../invariants/answers.ts';
import type { Result } from '../../invariants/setting.ts';
import { tinyDataset } from '../../invariants/tiny-dataset.ts';
import { faultOf } from '../answers.ts';
import type { Violations } from '../campaign.ts';
import { createDraw } from '../draw.ts';
import { inProcess } from '../faults/kept-state.ts';
import { changedNothing } from './check.ts';
import { DAMAGES, differs, hit } from './damages.ts';

/** Entries of the cache, and of those so many damaged before each `verify`: what is left is read as good. */
const ENTRIES = 36;
const DAMAGED = DAMAGES.length;
/** Of some 330 kB, so that they hold blocks of 64 KiB. */
const SHAPE = [48, 42, 40] as const;

/** What was read of the disk. */
export interface DiskReads {
  readonly damaged: number;
  readonly good: number;
}

/**
 * What is wrong with a `verify --json` over entries of which these are damaged.
 *
 * @param damaged what was done, by the file it was done to
 */
export function diskViolations(result: Result, damaged: ReadonlyMap<string, string>): string[] {
  const fault = faultOf(result);
  if (fault !== undefined) return [fault];
  const found = new Set(linesOf(result).filter(({ type }) => type === 'findingFound').map((line) => (line['finding'] as { readonly file?: string }).file ?? ''));
  const exitCode = damaged.size > 0 ? 1 : 0;
  return [
    ...[...damaged].filter(([file]) => !found.has(file)).map(([file, damage]) => `${file}: ${damage}: it was damaged on the disk and nothing was found`),
    ...[...found].filter((file) => !damaged.has(file)).map((file) => `${file}: it is sound on the disk and something was reported`),
    ...(result.code === exitCode ? [] : [`verify ended with ${result.code} instead of ${exitCode}`]),
  ];
}

/** Damages entries of a cache on the disk and has the command `verify` find them, each sort once a round. */
export async function damageOnDisk(seed: number, rounds: number, violations: Violations): Promise<DiskReads> {
  const setting = await openSetting({ targetShape: SHAPE, dataset: tinyDataset(ENTRIES) });
  const here = inProcess(setting);
  try {
    const config = ['--config', setting.project.configPath, '--num-workers', '1'];
    const made = await here.run('generate', ...config, '--yes');
    if (made.code !== 0) throw new Error(made.stderr);
    const directory = setting.cacheDirectory();
    const sound = await soundEntries(directory);
    const names = [...sound.keys()];
    const draw = createDraw(seed + 3);
    for (let round = 0; round < rounds; round++) {
      const damaged = new Map<string, string>();
      for (const damage of DAMAGES) {
        const free = names.filter((name) => !damaged.has(name));
        const done = hit(damage, () => pickTwo(free, names, sound, draw), differs, draw);
        if (done === undefined) {
          violations.add(changedNothing(`on the disk: ${damage.name}`));
          continue;
        }
        damaged.set(done.file, damage.name);
        writeFileSync(join(directory, done.file), done.changed);
      }
      for (const violation of diskViolations(await here.run('verify', ...config, '--json'), damaged)) violations.add(`on the disk (round ${round}): ${violation}`);
      for (const file of damaged.keys()) writeFileSync(join(directory, file), sound.get(file)!);
    }
    for (const name of names) if (!readFileSync(join(directory, name)).equals(sound.get(name)!)) violations.add(`on the disk: ${name} is another than it was made`);
    return { damaged: rounds * DAMAGED, good: rounds * (ENTRIES - DAMAGED) };
  } finally {
    here.close();
    await setting.close();
  }
}

type Draw = ReturnType<typeof createDraw>;

function pickTwo(free: readonly string[], names: readonly string[], sound: ReadonlyMap<string, Buffer>, draw: Draw): { readonly file: string; readonly bytes: Uint8Array; readonly twin: Uint8Array } {
  const file = draw.oneOf(free);
  return { file, bytes: sound.get(file)!, twin: sound.get(draw.oneOf(names.filter((name) => name !== file)))! };
}

export const DISK_ROUND = DAMAGED;
