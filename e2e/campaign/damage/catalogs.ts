import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { linesOf } from '../../invariants/answers.ts';
import { openSetting, soundEntries } from '../../invariants/setting.ts';
import type { Result } from '../../invariants/setting.ts';
import { tinyDataset } from '../../invariants/tiny-dataset.ts';
import { errorCodeOf, faultOf, lastLine } from '../answers.ts';
import type { Violations } from '../campaign.ts';
import { createDraw } from '../draw.ts';
import { inProcess } from '../faults/kept-state.ts';
import { changedNothing } from './check.ts';
import { differs, hit, PAGE_DAMAGES } from './damages.ts';
import type { Damage } from './damages.ts';

/** Of which one is damaged on the disk, and known to be. */
const VOLUMES = 40;

/** Before and behind the name of an entry's file lie the other values of its row. */
const ROW_BYTES = { before: 90, behind: 160 } as const;

/** The bit that a random place hardly meets: in what the catalog says of an entry. */
const bitOfARow: Damage = {
  name: 'one bit of the row of an entry',
  least: 1,
  apply: (original, _twin, draw) => {
    const changed = Buffer.from(original);
    const rows = [...changed.toString('latin1').matchAll(/[0-9a-f]{32}\.pt/g)].map(({ index }) => index);
    const at = draw.oneOf(rows) - ROW_BYTES.before + draw.below(ROW_BYTES.before + ROW_BYTES.behind);
    changed[Math.min(Math.max(at, 0), changed.length - 1)]! ^= 1 << draw.below(8);
    return changed;
  },
};

export const CATALOG_DAMAGES: readonly Damage[] = [...PAGE_DAMAGES, bitOfARow];

/** Of what was known before, by key: a row as `ls --json` shows it. */
export type Truth = ReadonlyMap<string, Readonly<Record<string, unknown>>>;

/** What files and lists say, and the catalog only repeats. */
const FACTS = ['name', 'split', 'file', 'sizeBytes', 'modifiedAtMs'] as const;

/** Rows of an answer of `ls --json`. */
export function rowsOf(result: Result): Truth {
  return new Map(linesOf(result).filter(({ type }) => type === 'entry').map((line) => [String(line['key']), line]));
}

/** Times are kept as floats, and what is a hundredth of a millisecond beside is the same. */
const isSame = (fact: string, now: unknown, known: unknown): boolean => JSON.stringify(now) === JSON.stringify(known) || (fact === 'modifiedAtMs' && typeof now === 'number' && Math.abs(now - Number(known)) < 0.01);

/** What is wrong with the answer of `ls --json`: history may be lost, but nothing else may be said than is so. */
export function listViolations(result: Result, truth: Truth): string[] {
  const fault = faultOf(result);
  if (fault !== undefined) return [fault];
  if (result.code !== 0) return [`ls ended with ${result.code}: ${result.stdout}${result.stderr}`.slice(0, 600)];
  const rows = rowsOf(result);
  const wrong = [...rows.keys()].filter((key) => !truth.has(key)).map((key) => `ls shows ${key}, which there is not: ${JSON.stringify(rows.get(key))}`);
  for (const [key, known] of truth) {
    const row = rows.get(key);
    if (row === undefined) {
      wrong.push(`ls does not show ${key}`);
      continue;
    }
    for (const fact of FACTS) if (!isSame(fact, row[fact], known[fact])) wrong.push(`ls says ${fact} ${JSON.stringify(row[fact])} of ${key} instead of ${JSON.stringify(known[fact])}`);
    // Damaged, or not verified since it changed: either is so.
    const isOpen = known['state'] === 'damaged' && row['state'] === 'cached' && Number(row['verifiedAtMs'] ?? 0) < Number(row['modifiedAtMs']);
    if (row['state'] !== known['state'] && !isOpen) wrong.push(`ls says state ${String(row['state'])} of ${key} instead of ${String(known['state'])}: ${JSON.stringify(row)}`);
  }
  return wrong;
}

/** What nothing but the catalog knows until an entry is verified again; it may be forgotten. */
const OWN = ['shape', 'dtype', 'verifiedAtMs'] as const;

/** Rows that say something else of that than was known. @param sinceMs a later verify is no damage */
export function misremembered(result: Result, truth: Truth, sinceMs: number): number {
  const rows = [...rowsOf(result)].filter(([key, row]) => OWN.some((fact) => row[fact] !== null && JSON.stringify(row[fact]) !== JSON.stringify(truth.get(key)?.[fact]) && !(fact === 'verifiedAtMs' && Number(row[fact]) >= sinceMs)));
  return rows.length;
}

/**
 * What is wrong with the answer of `verify --changed --json`: whatever the catalog says, a damaged entry is not unchanged.
 *
 * @param damaged its file
 */
export function changedViolations(result: Result, entries: number, damaged: string): string[] {
  const fault = faultOf(result);
  if (fault !== undefined) return [fault];
  const answer = lastLine(result, 'result');
  const found = linesOf(result).some((line) => line.type === 'findingFound' && (line['finding'] as { readonly file?: string }).file === damaged);
  const isSoundAsIs = answer !== undefined && Number(answer['sound']) + Number(answer['skipped']) === entries - 1 && answer['missing'] === 0;
  return [
    ...(found ? [] : [`verify --changed did not find ${damaged}: ${result.stdout}${result.stderr}`.slice(0, 600)]),
    ...(result.code === 1 ? [] : [`verify --changed ended with ${result.code} instead of 1`]),
    ...(isSoundAsIs ? [] : [`not ${entries - 1} sound entries: ${JSON.stringify(answer)}`]),
  ];
}

export interface CatalogFigures {
  /** Commands that were stopped in words before the next one answered. */
  readonly told: number;
  /** Catalogs of which a time of verification, a shape or a type was believed that was damaged. */
  readonly believed: number;
}

/**
 * Damages the catalog in many ways, each sort in its turn; what the store holds must be told rightly all the same.
 *
 * @param from number of the first damage, which says its sort
 */
export async function damageCatalogs(seed: number, from: number, count: number, violations: Violations): Promise<CatalogFigures> {
  let told = 0;
  let believed = 0;
  const draw = createDraw(seed + 2);
  const setting = await openSetting({ targetShape: [8, 8, 8], dataset: tinyDataset(VOLUMES) });
  const here = inProcess(setting);
  const config = ['--config', setting.project.configPath];
  /** Damage that only shows while it works stops the command, in words; the next one begins anew. */
  const ask = async (...words: readonly string[]): Promise<Result> => {
    const result = await here.run(...words);
    if (errorCodeOf(result) !== 'CATALOG_DAMAGED' || faultOf(result) !== undefined) return result;
    told++;
    return await here.run(...words);
  };
  const list = async (): Promise<Result> => await ask('ls', ...config, '--json', '--limit', '1000');
  const verify = async (): Promise<Result> => await ask('verify', ...config, '--num-workers', '1', '--changed', '--json');
  try {
    const made = await here.run('generate', ...config, '--num-workers', '1', '--yes');
    if (made.code !== 0) throw new Error(made.stderr);
    const path = join(setting.dataDirectory, 'catalog.sqlite');
    const earlier = readFileSync(path);
    const before = await soundEntries(setting.cacheDirectory());
    const damaged = draw.oneOf([...before.keys()]);
    writeFileSync(join(setting.cacheDirectory(), damaged), flipped(before.get(damaged)!));
    await verify();
    const truth = rowsOf(await list());
    const sound = readFileSync(path);
    for (let n = from; n < from + count; n++) {
      const damage = CATALOG_DAMAGES[n % CATALOG_DAMAGES.length]!;
      const tell = (violation: string): void => violations.add(`catalog: ${damage.name} (${n}): ${violation}`);
      const done = hit(damage, () => ({ file: path, bytes: sound, twin: earlier }), differs, draw);
      if (done === undefined) {
        violations.add(changedNothing(`catalog: ${damage.name}`));
        continue;
      }
      for (const name of readdirSync(setting.dataDirectory)) if (name.startsWith('catalog')) rmSync(join(setting.dataDirectory, name), { recursive: true });
      writeFileSync(path, done.changed);
      const sinceMs = Date.now();
      const look = async (): Promise<void> => {
        const listed = await list();
        listViolations(listed, truth).forEach(tell);
        if (misremembered(listed, truth, sinceMs) > 0) believed++;
      };
      const check = async (): Promise<void> => changedViolations(await verify(), VOLUMES, damaged).forEach(tell);
      // Either may be the first to meet it.
      for (const step of n % 2 === 0 ? [look, check] : [check, look]) await step();
    }
    for (const [file, bytes] of before) if (file !== damaged && !readFileSync(join(setting.cacheDirectory(), file)).equals(bytes)) violations.add(`catalog: ${file} changed`);
    return { told, believed };
  } finally {
    here.close();
    await setting.close();
  }
}

/** In the middle, where the values are. */
function flipped(bytes: Uint8Array): Uint8Array {
  const changed = new Uint8Array(bytes);
  changed[changed.length >>> 1]! ^= 0x10;
  return changed;
}
