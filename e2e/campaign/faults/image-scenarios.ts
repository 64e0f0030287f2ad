import { copyFileSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findKhmerFonts } from '../../../src-main/kinds/image/find-khmer-fonts.ts';
import { openSetting } from '../../invariants/setting.ts';
import type { Setting } from '../../invariants/setting.ts';
import { tinyDataset } from '../../invariants/tiny-dataset.ts';
import { flipBit } from '../../sample/index.ts';
import { IMAGE_FORM } from './cache-form.ts';
import { endViolations, momentViolations, readCache, twiceViolations } from './check.ts';
import type { CacheState } from './check.ts';
import type { FaultRole } from './fault.ts';
import { indexViolations } from './index-check.ts';
import { listViolations } from './list-check.ts';
import { inProcess, keptState, mustSucceed } from './kept-state.ts';
import type { InProcess } from './kept-state.ts';
import { MadeCount, madeTwiceViolations } from './made.ts';
import type { Scenario, Stage } from './stage.ts';

export const NO_FONTS = 'the Khmer OS fonts, with which images are drawn, are not on this machine (Debian: fonts-khmeros)';
export const LINES = ['ភាសា', 'ខ្មែរ', 'សាលា'] as const;
const [, CLEARED] = LINES;
/** Pictures of each font are a batch of their own, so that one may have its names, another be drawn and a third be due. */
const TWO_FONTS = ['KhmerOS.ttf', 'KhmerOSbattambang.ttf'] as const;

/** A command over three images. */
interface ImageCommand {
  readonly name: string;
  readonly roles: readonly FaultRole[];
  readonly words: readonly string[];
  /** Makes the state it starts from out of a whole cache. */
  begin(place: Place, here: InProcess): Promise<void>;
  /** The text whose entry must be in quarantine in the end. */
  readonly cleared?: string;
  /** While it works the index lists what is away. */
  readonly isTaking: boolean;
  /** Pictures that its workers make. */
  readonly makes: number;
  readonly workers?: number;
  readonly fonts?: readonly string[];
  /** Other lines than the three. */
  readonly lines?: readonly string[];
  /** It removes for good what is in quarantine. */
  readonly isPurging?: true;
  /** It writes a list of the cache into the project. */
  readonly isExporting?: true;
}

const PER_ITEM = new Set(['pregenerate', 'pregenerate by two workers', 'pregenerate beside orphans', 'fix of images', 'verify of images']);

/** Lines of text, a font and a config that makes images of them. */
export interface Place {
  readonly setting: Setting;
  readonly cache: string;
  readonly config: readonly string[];
}

const pictures = ({ cache }: Place): string[] => readdirSync(join(cache, 'images')).sort().map((name) => join(cache, 'images', name));
const toMetadata = (picture: string): string => picture.replace('/images/', '/metadata/').replace(/png$/, 'json');

const PREGENERATE: ImageCommand = {
  name: 'pregenerate',
  roles: ['main', 'worker'],
  words: ['pregenerate', '--jobs', '1'],
  begin: ({ setting, cache }) => {
    rmSync(cache, { recursive: true });
    rmSync(setting.dataDirectory, { recursive: true });
    return Promise.resolve();
  },
  isTaking: false,
  makes: LINES.length * TWO_FONTS.length,
  fonts: TWO_FONTS,
};

/** As many as a job has of which every write fails once, with two fonts. */
export const PICTURES = 10;
const FIVE_LINES = [...LINES, 'ផ្ទះ', 'ទឹក'] as const;

const COMMANDS: readonly ImageCommand[] = [
  PREGENERATE,
  { ...PREGENERATE, name: `pregenerate of ${PICTURES}`, lines: FIVE_LINES, makes: PICTURES },
  { ...PREGENERATE, name: 'pregenerate by two workers', words: ['pregenerate', '--jobs', '2'], workers: 2 },
  {
    ...PREGENERATE,
    name: 'pregenerate beside orphans',
    begin: (place) => {
      for (const picture of pictures(place)) rmSync(picture);
      return Promise.resolve();
    },
    isTaking: true,
  },
  {
    name: 'fix of images',
    roles: ['main', 'worker'],
    words: ['fix', '--num-workers', '1'],
    begin: async (place) => {
      const [first, second, third] = pictures(place);
      await flipBit(first!);
      rmSync(toMetadata(second!));
      rmSync(third!);
    },
    isTaking: true,
    makes: 2,
  },
  { name: 'verify of images', roles: ['main', 'worker'], words: ['verify', '--num-workers', '1'], begin: () => Promise.resolve(), isTaking: false, makes: 0 },
  { name: 'clear of images', roles: ['main'], words: ['clear', '--name', CLEARED, '--yes'], begin: () => Promise.resolve(), cleared: CLEARED, isTaking: true, makes: 0 },
  {
    name: 'restore of images',
    roles: ['main'],
    words: ['quarantine', 'restore', '--all', '--yes'],
    begin: ({ config }, here) => mustSucceed(here.run('clear', ...config, '--name', CLEARED, '--yes')),
    isTaking: true,
    makes: 0,
  },
  {
    name: 'purge of images',
    roles: ['main'],
    words: ['quarantine', 'purge', '--all', '--yes'],
    begin: ({ config }, here) => mustSucceed(here.run('clear', ...config, '--name', CLEARED, '--yes')),
    cleared: CLEARED,
    isTaking: false,
    makes: 0,
    isPurging: true,
  },
  { name: 'export of images', roles: ['main'], words: ['export'], begin: () => Promise.resolve(), isTaking: false, makes: 0, isExporting: true },
];

const keysOf = ({ entries }: CacheState): string[] => [...entries.keys()].flatMap((file) => /^images\/(.+)\.png$/.exec(file)?.[1] ?? []).sort();

/** Writes them into a folder. @returns the cache, which is still to be made, and the config */
export function writePlace(directory: string, fonts: string, files: readonly string[] = ['KhmerOS.ttf'], lines: readonly string[] = LINES): Pick<Place, 'cache' | 'config'> {
  const at = (name: string): string => join(directory, name);
  for (const folder of ['corpus', 'fonts']) mkdirSync(at(folder));
  writeFileSync(join(at('corpus'), 'train.txt'), lines.map((line) => `${line}\n`).join(''));
  for (const file of files) copyFileSync(join(fonts, file), join(at('fonts'), file));
  const config = at('images.yaml');
  writeFileSync(config, `kind: image\ncache_dir: ${JSON.stringify(at('pictures'))}\ncorpus_dir: ${JSON.stringify(at('corpus'))}\nfonts_dir: ${JSON.stringify(at('fonts'))}\nsplits: [train]\n`);
  return { cache: at('pictures'), config: ['--config', config] };
}

/** The same in the project of a setting. */
export function openPlace(setting: Setting, fonts: string, files?: readonly string[], lines?: readonly string[]): Place {
  return { setting, ...writePlace(setting.project.directory, fonts, files, lines) };
}

async function openStage(scenario: Scenario, command: ImageCommand, fonts: string): Promise<Stage> {
  const setting = await openSetting({ dataset: tinyDataset(1) });
  const place = openPlace(setting, fonts, command.fonts, command.lines);
  const { cache, config } = place;
  const made = new MadeCount(setting.root);
  const here = inProcess(setting, made.environment());
  await mustSucceed(here.run('pregenerate', ...config, '--jobs', '1'));
  const look = (): ReturnType<typeof readCache> => readCache(cache, IMAGE_FORM);
  const whole = look();
  const isCleared = (file: string): boolean => command.cleared !== undefined && whole.entries.get(file.replace('images/', 'metadata/').replace(/png$/, 'json'))!.includes(JSON.stringify(command.cleared));
  const wanted = new Map([...whole.entries].filter(([file]) => !isCleared(file)));
  await command.begin(place, here);
  const state = keptState(setting, here, [cache, setting.dataDirectory]);
  const output = join(setting.project.directory, 'list.json');
  const words = [...command.words, ...config, ...(command.isExporting === true ? ['--output', output] : [])];
  const keys = keysOf(whole);
  return {
    scenario,
    root: setting.root,
    project: setting.project.directory,
    items: keys.map((key) => ({ key, marks: [key], files: [`images/${key}.png`, `metadata/${key}.json`] })),
    reset: () => {
      state.reset();
      made.reset();
      rmSync(output, { force: true });
    },
    start: (environment, more = [], through = []) => state.start(made.environment(environment), [...words, ...more], through),
    again: () => state.again(words),
    look,
    atAnyMoment: (before, now) => [...momentViolations(command.isPurging === true ? { ...before, aside: [] } : before, now, IMAGE_FORM), ...indexViolations(now, false, command.isTaking), ...(command.isExporting === true ? listViolations(output, keys, false) : [])],
    inTheEnd: (before, cut, now) => [...endViolations(now, wanted), ...twiceViolations(before, cut, now, wanted), ...indexViolations(now, true, command.isTaking), ...(command.isPurging === true ? now.aside.map(({ file }) => `${file} was to be purged and is there`) : []), ...(command.isExporting === true ? listViolations(output, keys, true) : [])],
    made: () => ({ count: made.count, due: command.makes }),
    madeTwice: () => madeTwiceViolations(made.count, command.makes, command.workers ?? 1),
    close: () => state.close(),
  };
}

/** @throws if there is none of that name */
export function imageScenario(name: string): Scenario {
  const command = COMMANDS.find((one) => one.name === name);
  if (command === undefined) throw new Error(`There is no scenario ${name}.`);
  const scenario: Scenario = {
    name,
    roles: command.roles,
    isPerItem: PER_ITEM.has(name),
    problem: () => (findKhmerFonts() === undefined ? NO_FONTS : undefined),
    open: () => openStage(scenario, command, findKhmerFonts()!),
  };
  return scenario;
}
