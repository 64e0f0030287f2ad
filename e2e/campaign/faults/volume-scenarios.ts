import { createHash } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { flipBit } from '../../sample/index.ts';
import { entryFileOf } from '../../invariants/answers.ts';
import { openSetting } from '../../invariants/setting.ts';
import type { Setting } from '../../invariants/setting.ts';
import { tinyDataset, tinyName } from '../../invariants/tiny-dataset.ts';
import { endViolations, momentViolations, readState, twiceViolations } from './check.ts';
import type { FaultRole } from './fault.ts';
import { listViolations } from './list-check.ts';
import { inProcess, keptState, mustSucceed } from './kept-state.ts';
import type { InProcess } from './kept-state.ts';
import { MadeCount, downloadViolations, madeTwiceViolations } from './made.ts';
import type { Scenario, Stage } from './stage.ts';

const ITEMS = 3;
/** Downloads under way at once; a kill may cost those, and none that had arrived. */
const DOWNLOADS_AT_ONCE = 4;

/** A command over volumes. */
interface VolumeCommand {
  readonly name: string;
  readonly roles: readonly FaultRole[];
  readonly words: readonly string[];
  /** Makes the state it starts from out of a whole cache. */
  begin(setting: Setting, here: InProcess): Promise<void>;
  /** True for the numbers of volumes that must be entries in the end; the others must be in quarantine. */
  isEntryAtEnd(n: number): boolean;
  /** Entries that its workers make. */
  readonly makes: number;
  readonly workers?: number;
  /** It removes for good what is in quarantine. */
  readonly isPurging?: true;
  /** It writes a list of the cache into the project. */
  readonly isExporting?: true;
}

const PER_ITEM = new Set(['generate', 'generate by two workers', 'fix', 'verify']);

const config = (setting: Setting): string[] => ['--config', setting.project.configPath];
const fileOf = (setting: Setting, n: number): string => join(setting.cacheDirectory(), entryFileOf(tinyName(n)));
const keyOf = (volumeName: string): string => entryFileOf(volumeName).slice(0, -'.pt'.length);
const always = (): boolean => true;

const GENERATE: VolumeCommand = {
  name: 'generate',
  roles: ['main', 'worker'],
  words: ['generate', '--yes', '--num-workers', '1'],
  begin: (setting) => {
    rmSync(setting.project.cacheRoot, { recursive: true });
    rmSync(setting.dataDirectory, { recursive: true });
    return Promise.resolve();
  },
  isEntryAtEnd: always,
  makes: ITEMS,
};

const COMMANDS: readonly VolumeCommand[] = [
  GENERATE,
  { ...GENERATE, name: 'generate by two workers', words: ['generate', '--yes', '--num-workers', '2'], workers: 2 },
  {
    name: 'fix',
    roles: ['main', 'worker'],
    words: ['fix', '--num-workers', '1'],
    begin: async (setting) => {
      await flipBit(fileOf(setting, 0));
      rmSync(fileOf(setting, 1));
    },
    isEntryAtEnd: always,
    makes: 2,
  },
  { name: 'clear', roles: ['main'], words: ['clear', '--name', 'scan_0001', '--yes'], begin: () => Promise.resolve(), isEntryAtEnd: (n) => n !== 1, makes: 0 },
  {
    name: 'restore',
    roles: ['main'],
    words: ['quarantine', 'restore', '--all', '--yes'],
    begin: (setting, here) => mustSucceed(here.run('clear', ...config(setting), '--name', 'scan_0001', '--yes')),
    isEntryAtEnd: always,
    makes: 0,
  },
  {
    name: 'purge',
    roles: ['main'],
    words: ['quarantine', 'purge', '--all', '--yes'],
    begin: (setting, here) => mustSucceed(here.run('clear', ...config(setting), '--name', 'scan_0001', '--yes')),
    isEntryAtEnd: (n) => n !== 1,
    makes: 0,
    isPurging: true,
  },
  { name: 'export', roles: ['main'], words: ['export'], begin: () => Promise.resolve(), isEntryAtEnd: always, makes: 0, isExporting: true },
  { name: 'verify', roles: ['main', 'worker'], words: ['verify', '--num-workers', '1'], begin: () => Promise.resolve(), isEntryAtEnd: always, makes: 0 },
];

/** @param items three unless it is said */
export function volumeScenario(name: string, items = ITEMS): Scenario {
  const command = COMMANDS.find((one) => one.name === name);
  if (command === undefined) throw new Error(`There is no scenario ${name}.`);
  const scenario: Scenario = { name, roles: command.roles, isPerItem: PER_ITEM.has(name), open: () => openStage(scenario, command, items) };
  return scenario;
}

async function openStage(scenario: Scenario, command: VolumeCommand, items: number): Promise<Stage> {
  const setting = await openSetting({ targetShape: [8, 8, 8], dataset: tinyDataset(items) });
  const made = new MadeCount(setting.root);
  const here = inProcess(setting, made.environment());
  await mustSucceed(here.run('generate', ...config(setting), '--yes', '--num-workers', '1'));
  const directory = setting.cacheDirectory();
  const numbers = Array.from({ length: items }, (_, n) => n).filter((n) => command.isEntryAtEnd(n));
  const wanted = new Map(numbers.map((n) => [entryFileOf(tinyName(n)), readFileSync(fileOf(setting, n))]));
  await command.begin(setting, here);
  const state = keptState(setting, here, [setting.project.cacheRoot, setting.dataDirectory]);
  const output = join(setting.project.directory, 'list.json');
  const words = [...command.words, ...config(setting), ...(command.isExporting === true ? ['--output', output] : [])];
  const keys = setting.dataset.volumes.map(({ volumeName }) => keyOf(volumeName));
  const sizes = setting.dataset.volumes.map(({ bytes }) => bytes.length);
  const bytesAllowed = sizes.reduce((sum, size) => sum + size, 0) + DOWNLOADS_AT_ONCE * Math.max(...sizes);
  // With more items than those of the table, as many more are made.
  const due = command.makes === ITEMS ? items : command.makes;
  return {
    scenario,
    root: setting.root,
    project: setting.project.directory,
    items: setting.dataset.volumes.map(({ volumeName, bytes }) => ({ key: keyOf(volumeName), marks: [keyOf(volumeName), volumeName, createHash('sha256').update(bytes).digest('hex')], files: [entryFileOf(volumeName)] })),
    reset: () => {
      state.reset();
      made.reset();
      rmSync(output, { force: true });
      setting.hub.clearRequests();
    },
    start: (environment, more = [], through = []) => state.start(made.environment(environment), [...words, ...more], through),
    again: () => state.again(words),
    look: () => readState(directory),
    atAnyMoment: (before, now) => [...momentViolations(command.isPurging === true ? { ...before, aside: [] } : before, now), ...(command.isExporting === true ? listViolations(output, keys, false) : [])],
    inTheEnd: (before, cut, now) => {
      const tooMuch = downloadViolations(setting.hub.storageBytes(), bytesAllowed);
      const kept = command.isPurging === true ? now.aside.map(({ file }) => `${file} was to be purged and is there`) : [];
      return [...endViolations(now, wanted), ...twiceViolations(before, cut, now, wanted), ...tooMuch, ...kept, ...(command.isExporting === true ? listViolations(output, keys, true) : [])];
    },
    made: () => ({ count: made.count, due }),
    madeTwice: () => madeTwiceViolations(made.count, due, command.workers ?? 1),
    close: () => state.close(),
  };
}
