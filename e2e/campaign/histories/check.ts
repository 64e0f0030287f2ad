import { bytesSource, verifyTorchFile } from '../../../src-main/formats/torch/index.ts';
import type { CacheForm } from '../faults/cache-form.ts';
import { momentViolations } from '../faults/check.ts';
import type { CacheState } from '../faults/check.ts';
import { soundFiles } from './steps.ts';
import type { CommandStep, HistoryState, World } from './steps.ts';

/** What the checker must know of a world. */
export type Known = Pick<World, 'items' | 'expected' | 'filesOf'> & { readonly form: CacheForm };

/**
 * What must hold over one command: nothing is lost but what it was asked to remove, whatever is sound stays in its place
 * unless it was asked for, no final name is half a file, and the user's own files are as they were.
 */
export function historyViolations(known: Known, { asks }: CommandStep, before: HistoryState, now: HistoryState): string[] {
  const isDeleted = (file: string): boolean => asks.type === 'entries' && asks.isDelete && asks.isAsked(file);
  const kept: CacheState = {
    entries: new Map([...before.entries].filter(([file]) => !isDeleted(file))),
    aside: asks.type === 'purge' ? [] : before.aside,
    leftovers: [],
  };
  // An entry that was asked away may also stay, as when it is in use.
  const left: CacheState = { ...now, entries: new Map([...now.entries].filter(([file, bytes]) => kept.entries.has(file) || before.entries.get(file)?.equals(bytes) !== true)) };
  const leftovers = now.leftovers.length > 0 ? [`left over: ${now.leftovers.join(', ')}`] : [];
  const restored = asks.type === 'restore' || asks.type === 'replace' ? notRestored(before, now) : [];
  return [...momentViolations(kept, left, known.form), ...movedUnasked(known, asks, before, now), ...restored, ...ownViolations(known, asks, before, now), ...leftovers];
}

/** Sound entries that went, if only to quarantine, and were not asked for: of those that cannot be made again above all. */
function movedUnasked(known: Known, asks: CommandStep['asks'], before: HistoryState, now: HistoryState): string[] {
  // Something else takes the place, and what was there is set aside.
  if (asks.type === 'replace') return [];
  return [...soundFiles(known, before)].filter((file) => !(asks.type === 'entries' && asks.isAsked(file)) && now.entries.get(file)?.equals(before.entries.get(file)!) !== true).map((file) => `${file} was sound, and nobody asked to move it`);
}

function ownViolations(known: Known, asks: CommandStep['asks'], before: HistoryState, now: HistoryState): string[] {
  const strangers = [...before.strangers].filter((file) => !now.strangers.has(file)).map((file) => `${file} is none of Larder's and is gone or changed`);
  const gone = [...before.raw].filter((file) => !now.raw.has(file));
  const isReplaced = (file: string): boolean => asks.type === 'cleanRaw' && now.entries.has(file) && known.form.problemOf(now.entries.get(file)!, file) === undefined;
  return [...strangers, ...gone.filter((file) => !isReplaced(file)).map((file) => `the user's raw file of ${file} is gone${asks.type === 'cleanRaw' ? ', and there is no sound entry of it' : ''}`)];
}

/** Where a place was free, undoing puts the very bytes back; of two for one place, one of them. */
function notRestored(before: CacheState, now: CacheState): string[] {
  const files = new Set(before.aside.map(({ file }) => file));
  return [...files].filter((file) => !before.entries.has(file) && !before.aside.some((one) => one.file === file && now.entries.get(file)?.equals(one.bytes) === true)).map((file) => `${file} was not put back as it was`);
}

/**
 * What must hold after a last repair and run: what can be made is there with its content; of the rest, what was sound before
 * is there still, which {@link historyViolations} sees.
 */
export function endOfHistory(world: Pick<World, 'items' | 'expected' | 'filesOf' | 'canBeMade' | 'isSameContent'>, { entries }: CacheState): string[] {
  return world.items.filter((item) => world.canBeMade(item)).flatMap((item) => world.filesOf(item)).flatMap((file) => {
    const bytes = entries.get(file);
    if (bytes === undefined) return [`${file} can be made and is missing in the end`];
    return world.isSameContent(bytes, world.expected.get(file)!) ? [] : [`${file} has another content in the end than an undisturbed run gives`];
  });
}

/**
 * The same records with the same checksums: bytes behind or between them are told as a warning and left
 * alone, since PyTorch reads such a file rightly.
 */
export function isSameContent(a: Buffer, b: Buffer): boolean {
  const contents = (bytes: Buffer): string => {
    const { ok, records } = verifyTorchFile(bytesSource(bytes), { level: 'deep' });
    return ok ? JSON.stringify(records.map(({ name, size, crc }) => [name, size, crc])) : 'damaged';
  };
  return a.equals(b) || (contents(a) === contents(b) && contents(a) !== 'damaged');
}
