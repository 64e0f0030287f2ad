import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openSetting, soundEntries } from '../../invariants/setting.ts';
import type { Result, Setting } from '../../invariants/setting.ts';
import { tinyDataset } from '../../invariants/tiny-dataset.ts';
import { errorCodeOf, faultOf, lastLine } from '../answers.ts';
import type { Violations } from '../campaign.ts';
import { createDraw } from '../draw.ts';
import { inProcess } from '../faults/kept-state.ts';
import { DAMAGES } from './damages.ts';

const VOLUMES = 4;

/**
 * Damages the catalog in many ways; what the store holds must be told rightly all the same.
 *
 * @returns how many commands were stopped in words before the next one answered
 */
export async function damageCatalogs(seed: number, count: number, violations: Violations): Promise<number> {
  let told = 0;
  const draw = createDraw(seed + 2);
  const setting = await openSetting({ targetShape: [8, 8, 8], dataset: tinyDataset(VOLUMES) });
  const here = inProcess(setting);
  try {
    const config = ['--config', setting.project.configPath, '--num-workers', '1'];
    const made = await here.run('generate', ...config, '--yes');
    if (made.code !== 0) throw new Error(made.stderr);
    await here.run('verify', ...config);
    const path = join(setting.dataDirectory, 'catalog.sqlite');
    const sound = readFileSync(path);
    const before = await soundEntries(setting.cacheDirectory());
    for (let n = 0; n < count; n++) {
      const damage = draw.oneOf(DAMAGES);
      for (const name of readdirSync(setting.dataDirectory)) if (name.startsWith('catalog')) rmSync(join(setting.dataDirectory, name), { recursive: true });
      writeFileSync(path, damage.apply(sound, Buffer.from(sound).reverse(), draw));
      let result = await here.run('verify', ...config, '--json');
      // Damage that only shows while it works stops the command, in words; the next one begins anew.
      if (errorCodeOf(result) === 'CATALOG_DAMAGED' && faultOf(result) === undefined) {
        told++;
        result = await here.run('verify', ...config, '--json');
      }
      for (const violation of catalogViolations(result, VOLUMES)) violations.add(`catalog: ${damage.name} (${n}): ${violation}`);
      await compareEntries(setting, before, (what) => violations.add(`catalog: ${damage.name} (${n}): ${what}`));
    }
    return told;
  } finally {
    here.close();
    await setting.close();
  }
}

/** What is wrong with the answer of `verify --json` over so many sound entries. */
export function catalogViolations(result: Result, entries: number): string[] {
  const fault = faultOf(result);
  if (fault !== undefined) return [fault];
  if (result.code !== 0) return [`exit code ${result.code}: ${result.stdout}${result.stderr}`.slice(0, 600)];
  const answer = lastLine(result, 'result');
  return answer?.['sound'] === entries && answer['errors'] === 0 ? [] : [`not ${entries} sound entries: ${JSON.stringify(answer)}`];
}

async function compareEntries(setting: Setting, before: ReadonlyMap<string, Buffer>, tell: (what: string) => void): Promise<void> {
  const now = await soundEntries(setting.cacheDirectory());
  if (now.size !== before.size || [...before].some(([file, bytes]) => now.get(file)?.equals(bytes) !== true)) tell('entries changed');
}
