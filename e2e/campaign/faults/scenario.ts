import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { flipBit } from '../../sample/index.ts';
import { entryFileOf } from '../../invariants/answers.ts';
import { openSetting } from '../../invariants/setting.ts';
import type { Result, Setting } from '../../invariants/setting.ts';
import { tinyDataset, tinyName } from '../../invariants/tiny-dataset.ts';

export const ITEMS = 3;

/** A command, the state it starts from, and the entries there must be when all is over. */
export interface Scenario {
  readonly name: string;
  readonly words: readonly string[];
  /** Makes the state it starts from out of a whole cache. */
  begin(setting: Setting): Promise<void>;
  /** Names of volumes that must be entries in the end; the others must be in quarantine. */
  readonly entriesAtEnd: readonly number[];
  /** Three unless it is said. */
  readonly items?: number;
}

async function ok(running: Promise<Result>): Promise<void> {
  const { code, stdout, stderr } = await running;
  if (code !== 0) throw new Error(`the state could not be made: ${stdout}${stderr}`);
}

const config = (setting: Setting): string[] => ['--config', setting.project.configPath];
const fileOf = (setting: Setting, n: number): string => join(setting.cacheDirectory(), entryFileOf(tinyName(n)));
const ALL = [0, 1, 2];

export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'generate',
    words: ['generate', '--yes', '--num-workers', '1'],
    begin: (setting) => {
      rmSync(setting.project.cacheRoot, { recursive: true });
      rmSync(setting.dataDirectory, { recursive: true });
      return Promise.resolve();
    },
    entriesAtEnd: ALL,
  },
  {
    name: 'fix',
    words: ['fix', '--num-workers', '1'],
    begin: async (setting) => {
      await flipBit(fileOf(setting, 0));
      rmSync(fileOf(setting, 1));
    },
    entriesAtEnd: ALL,
  },
  { name: 'clear', words: ['clear', '--name', 'scan_0001', '--yes'], begin: () => Promise.resolve(), entriesAtEnd: [0, 2] },
  {
    name: 'restore',
    words: ['quarantine', 'restore', '--all', '--yes'],
    begin: (setting) => ok(setting.run('clear', ...config(setting), '--name', 'scan_0001', '--yes')),
    entriesAtEnd: ALL,
  },
  { name: 'verify', words: ['verify', '--num-workers', '1'], begin: () => Promise.resolve(), entriesAtEnd: ALL },
];

/** A scenario that can be begun again and again from the same state. */
export interface Stage {
  readonly setting: Setting;
  readonly scenario: Scenario;
  /** Every entry as an undisturbed run makes it, by file. */
  readonly expected: ReadonlyMap<string, Buffer>;
  reset(): void;
  start(environment: Readonly<Record<string, string>>): ReturnType<Setting['startWith']>;
  close(): Promise<void>;
}

export async function openStage(scenario: Scenario): Promise<Stage> {
  const items = scenario.items ?? ITEMS;
  const setting = await openSetting({ targetShape: [8, 8, 8], dataset: tinyDataset(items) });
  await ok(setting.run('generate', ...config(setting), '--yes'));
  const directory = setting.cacheDirectory();
  const expected = new Map(Array.from({ length: items }, (_, n) => [entryFileOf(tinyName(n)), readFileSync(fileOf(setting, n))]));
  await scenario.begin(setting);
  const kept = join(setting.root, 'kept');
  const folders = [setting.project.cacheRoot, setting.dataDirectory];
  for (const [n, folder] of folders.entries()) if (existsSync(folder)) cpSync(folder, join(kept, String(n)), { recursive: true, preserveTimestamps: true });
  return {
    setting: { ...setting, cacheDirectory: () => directory },
    scenario,
    expected,
    reset: () => {
      for (const [n, folder] of folders.entries()) {
        rmSync(folder, { recursive: true, force: true });
        mkdirSync(folder, { recursive: true });
        const from = join(kept, String(n));
        if (existsSync(from)) cpSync(from, folder, { recursive: true, preserveTimestamps: true });
        else rmSync(folder, { recursive: true });
      }
    },
    start: (environment) => setting.startWith({ environment }, ...scenario.words, ...config(setting)),
    close: () => setting.close(),
  };
}

/** Files in quarantine, by the name they had; with their bytes. */
export function quarantined(directory: string): { readonly file: string; readonly bytes: Buffer }[] {
  const folder = join(directory, '.larder', 'quarantine');
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /^[0-9a-f]{32}\.pt$/.test(entry.name))
    .map((entry) => ({ file: entry.name, bytes: readFileSync(join(entry.parentPath, entry.name)) }));
}
