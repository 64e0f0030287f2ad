import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { entryFileOf, findingsOf } from '../../invariants/answers.ts';
import type { Result, Setting } from '../../invariants/setting.ts';
import { faultOf } from '../answers.ts';
import type { Draw } from '../draw.ts';
import { readState } from '../faults/check.ts';
import type { CacheState } from '../faults/check.ts';
import { contentViolations, tooLongViolations, unchangedViolations } from './check.ts';
import { CLOCK_VARIABLE, FOLD_VARIABLE } from './hook-variables.ts';
import { NAMES, TOO_LONG } from './names.ts';

const HOOK = pathToFileURL(join(import.meta.dirname, 'clock-hook.ts')).href;
const YEAR_MS = 365 * 86_400_000;

export interface Round {
  readonly setting: Setting;
  readonly draw: Draw;
  readonly wanted: ReadonlyMap<string, string>;
  readonly nameOf: (file: string) => string;
  /** True where the file system itself does not tell letter case apart. */
  readonly isFolding: boolean;
}

function look(directory: string): CacheState {
  return readState(directory);
}

const NS = 1_000_000_000n;

/** Changes bytes in the middle of a file and gives it its old time back, to the nanosecond. */
function changeUnseen(path: string, draw: Draw): void {
  const { mtimeNs } = statSync(path, { bigint: true });
  const bytes = readFileSync(path);
  bytes[(bytes.length >> 1) + draw.below(64)]! ^= 1 << draw.below(8);
  writeFileSync(path, bytes);
  // Node's own call takes no nanoseconds.
  execFileSync('touch', ['-m', '-d', `@${mtimeNs / NS}.${String(mtimeNs % NS).padStart(9, '0')}`, path]);
  if (statSync(path, { bigint: true }).mtimeNs !== mtimeNs) throw new Error(`${path} did not take its old time.`);
}

/**
 * One life of a cache under a clock that jumps: made, changed behind its back, checked, repaired, one item removed and put
 * back, and everything made that is missing.
 */
export async function liveRound({ setting, draw, wanted, nameOf, isFolding }: Round): Promise<{ readonly violations: string[]; readonly commands: number }> {
  const violations: string[] = [];
  const told: string[] = [];
  const config = ['--config', setting.project.configPath];
  let commands = 0;
  const run = async (...words: string[]): Promise<Result> => {
    const years = draw.oneOf([-1, 0, 1]);
    const raw: Record<string, string> = isFolding ? {} : { [FOLD_VARIABLE]: setting.rawDirectory };
    const environment = { NODE_OPTIONS: `--import=${HOOK}`, [CLOCK_VARIABLE]: String(years * YEAR_MS), ...raw };
    const result = await setting.startWith({ environment }, ...words, ...config).ended;
    commands++;
    told.push(`${words.join(' ').slice(0, 60)} (${years} y)`);
    const fault = faultOf(result);
    if (fault !== undefined) note(fault);
    return result;
  };
  const note = (violation: string): void => void violations.push(`${told.join('; ')}: ${violation}`);
  const noteAll = (found: readonly string[]): void => found.forEach(note);

  rmSync(setting.rawDirectory, { recursive: true, force: true });
  const locals = NAMES.filter(() => draw.chance(0.4));
  if (locals.length > 0) mkdirSync(setting.rawDirectory, { recursive: true });
  for (const name of locals) writeFileSync(join(setting.rawDirectory, name), setting.dataset.volumes.find(({ volumeName }) => volumeName === name)!.bytes);
  if (locals.length > 0) told.push(`raw files of ${locals.map((name) => name.slice(0, 12)).join(', ')}`);

  const made = await run('generate', '--yes', '--num-workers', '1');
  noteAll(tooLongViolations(made.stdout + made.stderr, TOO_LONG));
  const directory = setting.cacheDirectory();
  const check = (): void => noteAll(contentViolations(look(directory).entries, wanted, nameOf));
  check();
  if (draw.chance(0.5)) await run('verify', '--num-workers', '1');
  const damaged = new Set([...wanted.keys()].filter(() => draw.chance(0.25)));
  for (const file of damaged) changeUnseen(join(directory, file), draw);
  const verified = await run('verify', '--changed', '--json', '--num-workers', '1');
  noteAll(unchangedViolations(damaged, new Set(findingsOf(verified).filter(({ severity, code }) => severity === 'error' && code !== 'missing').map(({ file }) => file!))));
  await run('fix', '--num-workers', '1');
  check();

  const name = draw.oneOf(NAMES);
  const before = look(directory).entries.get(entryFileOf(name));
  await run('clear', `--name=${name}`, '--yes');
  if (look(directory).entries.has(entryFileOf(name))) note(`${name} was to be cleared and is there`);
  await run('quarantine', 'restore', '--all', '--yes');
  const after = look(directory).entries.get(entryFileOf(name));
  if (before === undefined || after?.equals(before) !== true) note(`${name} did not come back as it was`);
  await run('generate', '--yes', '--num-workers', '1', '--clean-local-raw-files');
  check();
  const { leftovers } = look(directory);
  if (leftovers.length > 0) note(`left over: ${leftovers.join(', ')}`);
  return { violations, commands };
}
