import { bytesSource, verifyTorchFile } from '../../../src-main/formats/torch/index.ts';
import type { CacheState } from '../faults/check.ts';
import { momentViolations } from '../faults/check.ts';
import type { Step } from './steps.ts';

/** What must hold over one command: nothing is lost but what it was asked to remove, and no final name is half a file. */
export function historyViolations(step: Extract<Step, { readonly type: 'command' }>, before: CacheState, now: CacheState): string[] {
  const kept: CacheState = {
    entries: new Map([...before.entries].filter(([file]) => !(step.mayRemove === 'entry' && file === step.file))),
    aside: step.mayRemove === 'quarantine' ? [] : before.aside,
    leftovers: [],
  };
  // An entry that was asked away may also stay, as when it is in use.
  const left: CacheState = { ...now, entries: new Map([...now.entries].filter(([file, bytes]) => kept.entries.has(file) || before.entries.get(file)?.equals(bytes) !== true)) };
  const leftovers = now.leftovers.length > 0 ? [`left over: ${now.leftovers.join(', ')}`] : [];
  const restored = step.words[1] === 'restore' ? notRestored(before, now) : [];
  return [...momentViolations(kept, left), ...restored, ...leftovers];
}

/** Where a place was free, undoing puts the very bytes back; of two for one place, one of them. */
function notRestored(before: CacheState, now: CacheState): string[] {
  const files = new Set(before.aside.map(({ file }) => file));
  return [...files].filter((file) => !before.entries.has(file) && !before.aside.some((one) => one.file === file && now.entries.get(file)?.equals(one.bytes) === true)).map((file) => `${file} was not put back as it was`);
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
  return contents(a) === contents(b) && contents(a) !== 'damaged';
}
