import { rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Result } from '../../invariants/setting.ts';
import { DAMAGES } from '../damage/damages.ts';
import type { Draw } from '../draw.ts';
import type { CacheState } from '../faults/check.ts';

/** What there is at one moment: the cache, and what a user has beside it. */
export interface HistoryState extends CacheState {
  /** Files in the cache that were made longer ago than {@link OLD_DAYS}. */
  readonly old: ReadonlySet<string>;
  /** The user's own raw files, by the entry's file that is made of each. */
  readonly raw: ReadonlySet<string>;
  /** Files in the cache that are none of Larder's, and as they were. */
  readonly strangers: ReadonlySet<string>;
}

/** What a command was asked to take away; everything else is to stay in its place. */
export type Asks =
  | { readonly type: 'nothing' | 'purge' | 'restore' | 'replace' | 'cleanRaw' }
  | { readonly type: 'entries'; readonly isDelete: boolean; isAsked(file: string): boolean };

export interface CommandStep {
  readonly words: readonly string[];
  readonly asks: Asks;
}

/** A cache, what it is made of, and what may happen to both. */
export interface World {
  readonly items: readonly string[];
  /** Bytes of every file of an entry as an undisturbed run makes it. */
  readonly expected: ReadonlyMap<string, Buffer>;
  readonly directory: string;
  filesOf(item: string): readonly string[];
  isListed(item: string): boolean;
  /** It is listed, and what it is made of is there. */
  canBeMade(item: string): boolean;
  look(): HistoryState;
  run(words: readonly string[]): Promise<Result>;
  /** Commands of the kind besides those of every cache. */
  commands(state: HistoryState): readonly CommandStep[];
  /** Something that happens to what the entries are made of. @returns what it was, for a message */
  happen(draw: Draw): Promise<string>;
  /** Everything is listed, and what it is made of is there. */
  mend(): Promise<void>;
  /** The same content, though not the same bytes. */
  isSameContent(a: Buffer, b: Buffer): boolean;
  close(): Promise<void>;
}

export const OLD_DAYS = 30;
const NOTHING: Asks = { type: 'nothing' };

/** Items of which every file is as it must be. */
export function soundFiles(world: Pick<World, 'items' | 'expected' | 'filesOf'>, { entries }: Pick<CacheState, 'entries'>): Set<string> {
  return new Set(world.items.map((item) => world.filesOf(item)).filter((files) => files.every((file) => entries.get(file)?.equals(world.expected.get(file)!) === true)).flat());
}

/** A command that a user may give at any time. */
export function drawCommand(draw: Draw, world: World, state: HistoryState): CommandStep {
  const item = draw.oneOf(world.items);
  const mine = new Set(world.filesOf(item));
  const listed = new Set(world.items.filter((one) => world.isListed(one)).flatMap((one) => world.filesOf(one)));
  const sound = soundFiles(world, state);
  // An entry is as old as its main file, and goes as a whole.
  const old = new Set(world.items.map((one) => world.filesOf(one)).filter((files) => files.some((file) => state.old.has(file))).flat());
  const clear = (words: readonly string[], isAsked: (file: string) => boolean): CommandStep => {
    const isDelete = draw.chance(0.5);
    return { words: ['clear', ...words, ...(isDelete ? ['--delete'] : []), '--yes'], asks: { type: 'entries', isDelete, isAsked } };
  };
  return draw.oneOf<() => CommandStep>([
    ...world.commands(state).map((command) => () => command),
    () => ({ words: ['verify', '--num-workers', '1'], asks: NOTHING }),
    () => ({ words: ['verify', '--num-workers', '1', '--changed'], asks: NOTHING }),
    () => ({ words: ['fix', '--num-workers', '1'], asks: NOTHING }),
    () => ({ words: ['fix', '--num-workers', '1'], asks: NOTHING }),
    () => ({ words: ['fix', '--delete', '--num-workers', '1'], asks: { type: 'entries', isDelete: true, isAsked: (file) => !sound.has(file) } }),
    () => clear(['--only', item], (file) => mine.has(file)),
    () => clear(['--only', item], (file) => mine.has(file)),
    () => clear(['--older', `${OLD_DAYS}d`], (file) => old.has(file)),
    () => clear(['--state', 'foreign'], (file) => !listed.has(file)),
    () => clear(['--state', 'damaged'], (file) => !sound.has(file)),
    () => ({ words: ['quarantine', 'restore', '--all', '--yes'], asks: { type: 'restore' } }),
    () => ({ words: ['quarantine', 'restore', '--all', '--replace', '--yes'], asks: { type: 'replace' } }),
    () => ({ words: ['quarantine', 'purge', '--all', '--yes'], asks: { type: 'purge' } }),
  ])();
}

const DAY_MS = 86_400_000;

/** What happens to the files of the cache behind its back. @returns what it was, for a message; undefined where there is no file */
export function meddle(draw: Draw, { directory }: Pick<World, 'directory'>, { entries }: CacheState): string | undefined {
  const files = [...entries.keys()].sort();
  if (files.length === 0) return undefined;
  const file = draw.oneOf(files);
  const path = join(directory, file);
  if (draw.chance(0.3)) {
    rmSync(path);
    return `rm ${file}`;
  }
  if (draw.chance(0.4)) {
    const then = new Date(Date.now() - 2 * OLD_DAYS * DAY_MS);
    utimesSync(path, then, then);
    return `${file} made old`;
  }
  const damage = draw.oneOf(DAMAGES);
  const bytes = entries.get(file)!;
  writeFileSync(path, damage.apply(bytes, bytes, draw));
  return `${damage.name} in ${file}`;
}
