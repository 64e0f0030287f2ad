import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Result } from '../../invariants/setting.ts';
import { createDraw } from '../draw.ts';
import { changedViolations, listViolations, misremembered, rowsOf } from './catalogs.ts';
import { damageViolation } from './check.ts';
import { DAMAGES, TEXT_DAMAGES } from './damages.ts';
import type { Damage } from './damages.ts';
import { judgeEntry, makeEntries } from './entries.ts';
import { IMAGE_SORTS, damageAt, hitFile, makeImages, saysOther } from './images.ts';
import { diskViolations } from './on-disk.ts';

it('sees a change that was not found, and an alarm without one', () => {
  expect(damageViolation({ damage: 'bit', isChanged: true, findings: [] })).toMatch(/nothing was found/);
  expect(damageViolation({ damage: 'none', isChanged: false, findings: ['crc-mismatch'] })).toMatch(/nothing changed/);
  expect(damageViolation({ damage: 'bit', isChanged: true, findings: ['crc-mismatch'] })).toBeUndefined();
  expect(damageViolation({ damage: 'none', isChanged: false, findings: [] })).toBeUndefined();
});

it.each([...DAMAGES, ...TEXT_DAMAGES].map((damage) => [damage.name, damage] as const))('%s changes the file and leaves the original alone', (_, damage) => {
  // A Buffer, whose slices are views: a damage that forgot to copy would be seen here.
  const original = Buffer.from(Uint8Array.from({ length: 300_000 }, (_, at) => ((at * 31 + (at >> 8)) % 251) + 1));
  const twin = Buffer.from(original.map((byte) => byte ^ 0x55));
  const copy = Buffer.from(original);
  const changed = damage.apply(original, twin, createDraw(7));
  expect(original).toEqual(copy);
  expect(Buffer.compare(changed, original)).not.toBe(0);
});

it('every sort changes entries as the campaign has them, and one that changes nothing is told', async () => {
  const entries = await makeEntries();
  const draw = createDraw(3);
  for (const damage of DAMAGES) expect(judgeEntry(damage, entries, draw, 0), damage.name).toEqual([]);
  const idle: Damage = { name: 'idle', least: 1, apply: (original) => new Uint8Array(original) };
  expect(judgeEntry(idle, entries, draw, 0)).toEqual([expect.stringContaining('changed nothing')]);
  expect(judgeEntry({ ...DAMAGES[0]!, least: 2 ** 30 }, entries, draw, 0)).toEqual([expect.stringContaining('changed nothing')]);
});

it.each(IMAGE_SORTS)('every sort changes the %s of an image cache', (sort) => {
  const folder = mkdtempSync(join(tmpdir(), 'larder-damage-test-'));
  try {
    const files = makeImages(join(folder, 'cache'), sort);
    for (let n = 0; n < DAMAGES.length; n++) expect(hitFile(sort, damageAt(sort, n), files, createDraw(n)), damageAt(sort, n).name).toBeDefined();
    expect(new Set(Array.from({ length: DAMAGES.length }, (_, n) => damageAt(sort, n).name)).size).toBe(DAMAGES.length);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it('a block of 64 KiB never takes a file as a whole', () => {
  for (const { name, least } of DAMAGES.filter((damage) => damage.name.includes('65536'))) expect(least, name).toBeGreaterThan(2 * 65_536);
});

const answered = (lines: readonly object[], code = 0, stderr = ''): Result => ({ code, signal: null, stdout: lines.map((line) => `${JSON.stringify(line)}\n`).join(''), stderr });
const found = (file: string): object => ({ type: 'findingFound', finding: { file } });

it('sees damage on the disk that was not found, an alarm about a sound entry, and a wrong exit code', () => {
  const damaged = new Map([['a.pt', 'bit']]);
  expect(diskViolations(answered([found('a.pt')], 1), damaged)).toEqual([]);
  expect(diskViolations(answered([], 1), damaged)).toHaveLength(1);
  expect(diskViolations(answered([found('a.pt'), found('b.pt')], 1), damaged)).toHaveLength(1);
  expect(diskViolations(answered([found('a.pt')], 0), damaged)).toHaveLength(1);
  expect(diskViolations(answered([found('a.pt')], 1, 'Error: x\n    at open (/a.ts:1:2)\n'), damaged)).toHaveLength(1);
});

it('sees a name, split, size, time, state or key in ls that is not so, and lets history be lost', () => {
  const row = { type: 'entry', key: 'k', name: 'n', split: 'train', file: 'k.pt', sizeBytes: 9, modifiedAtMs: 5, state: 'damaged', shape: [1], dtype: 'float32', verifiedAtMs: 7 };
  const truth = rowsOf(answered([row]));
  const wrong = (change: object): string[] => listViolations(answered([{ ...row, ...change }]), truth);
  expect(wrong({})).toEqual([]);
  expect(wrong({ shape: null, dtype: null, verifiedAtMs: null, state: 'cached' })).toEqual([]);
  expect(wrong({ state: 'cached', verifiedAtMs: 4 })).toEqual([]);
  for (const change of [{ name: 'm' }, { split: null }, { file: 'x.pt' }, { sizeBytes: 8 }, { modifiedAtMs: 6 }, { state: 'cached' }, { state: 'missing' }]) expect(wrong(change), JSON.stringify(change)).toHaveLength(1);
  expect(wrong({ key: 'j' })).toHaveLength(2);
  expect(listViolations(answered([]), truth)).toHaveLength(1);
  expect(misremembered(answered([{ ...row, dtype: 'float16' }]), truth, 100)).toBe(1);
  expect(misremembered(answered([{ ...row, verifiedAtMs: 100 }, { ...row, shape: null }]), truth, 100)).toBe(0);
});

it('sees a damaged entry that verify --changed skipped, and sound ones that it lost', () => {
  const answer = (sound: number, skipped: number, lines: readonly object[], code = 1): string[] => changedViolations(answered([...lines, { type: 'result', sound, skipped, missing: 0 }], code), 4, 'a.pt');
  expect(answer(1, 2, [found('a.pt')])).toEqual([]);
  expect(answer(0, 4, [], 0)).toHaveLength(3);
  expect(answer(1, 1, [found('a.pt')])).toHaveLength(1);
  expect(answer(1, 2, [found('b.pt')])).toHaveLength(1);
});

it('knows a change of what metadata say from a change of how, and no byte of a picture from being spare', () => {
  const bytes = (text: string): Uint8Array => Buffer.from(text);
  expect(saysOther('metadata', bytes('{"text": "a", "created_at": "1"}'), bytes('{"text":"a","created_at":"2"}'))).toBe(false);
  expect(saysOther('metadata', bytes('{"text": "a", "created_at": "1"}'), bytes('{"text": "b", "created_at": "1"}'))).toBe(true);
  expect(saysOther('index', bytes('{"a": 1}'), bytes('{"a": 1'))).toBe(true);
  expect(saysOther('images', bytes('ab'), bytes('ac'))).toBe(true);
});
