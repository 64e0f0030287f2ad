import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { makeEntries } from '../damage/entries.ts';
import { createDraw } from '../draw.ts';
import { VOLUME_FORM } from '../faults/cache-form.ts';
import { endOfHistory, historyViolations, isSameContent } from './check.ts';
import type { Known } from './check.ts';
import { drawCommand } from './steps.ts';
import type { CommandStep, HistoryState, World } from './steps.ts';
import { lookAt, putStrangers } from './world-state.ts';

interface Entry {
  readonly file: string;
  readonly bytes: Buffer;
}

const [first, second] = (await makeEntries(2)).map(({ key, bytes }) => ({ file: `${key}.pt`, bytes: Buffer.from(bytes) })) as [Entry, Entry];
const damaged = { file: first.file, bytes: first.bytes.subarray(0, 4000) };
const known: Known = { form: VOLUME_FORM, items: [first.file, second.file], expected: new Map([first, second].map(({ file, bytes }) => [file, bytes])), filesOf: (item) => [item] };
const state = (entries: readonly Entry[], aside: readonly Entry[] = [], more: Partial<HistoryState> = {}): HistoryState => ({ entries: new Map(entries.map(({ file, bytes }) => [file, bytes])), aside, leftovers: [], old: new Set(), raw: new Set(), strangers: new Set(), ...more });
const asks = (type: 'nothing' | 'purge' | 'restore' | 'replace' | 'cleanRaw'): CommandStep => ({ words: [], asks: { type } });
const clears = (isDelete: boolean, ...files: readonly string[]): CommandStep => ({ words: [], asks: { type: 'entries', isDelete, isAsked: (file) => files.includes(file) } });

it('lets a repair set aside and remake, a clear clear, a purge purge and a restore restore', () => {
  expect(historyViolations(known, asks('nothing'), state([damaged, second]), state([first, second], [damaged]))).toEqual([]);
  expect(historyViolations(known, clears(true, first.file), state([first, second]), state([second]))).toEqual([]);
  expect(historyViolations(known, clears(false, first.file), state([first, second]), state([second], [first]))).toEqual([]);
  expect(historyViolations(known, asks('purge'), state([second], [damaged]), state([second]))).toEqual([]);
  expect(historyViolations(known, asks('restore'), state([second], [damaged]), state([second, damaged]))).toEqual([]);
  expect(historyViolations(known, asks('replace'), state([first], [damaged]), state([damaged], [first]))).toEqual([]);
  expect(historyViolations(known, asks('cleanRaw'), state([first], [], { raw: new Set([first.file]) }), state([first]))).toEqual([]);
});

it('sees a damaged file that was thrown away, another that went along, and a restore of other bytes', () => {
  expect(historyViolations(known, asks('nothing'), state([damaged]), state([first]))[0]).toMatch(/neither in the cache nor set aside/);
  expect(historyViolations(known, clears(true, first.file), state([first, second]), state([]))[0]).toContain(second.file);
  expect(historyViolations(known, clears(false, first.file), state([first]), state([]))[0]).toMatch(/neither in the cache nor set aside/);
  expect(historyViolations(known, asks('restore'), state([], [damaged]), state([first], [damaged]))[0]).toMatch(/not put back/);
  expect(historyViolations(known, asks('nothing'), state([first]), state([first], [], { leftovers: ['staging/1'] }))[0]).toMatch(/left over/);
});

it('sees a sound entry that was set aside unasked, though its bytes are there still', () => {
  expect(historyViolations(known, asks('nothing'), state([first, second]), state([second], [first]))).toEqual([`${first.file} was sound, and nobody asked to move it`]);
  expect(historyViolations(known, clears(false, second.file), state([first, second]), state([], [first, second]))).toEqual([`${first.file} was sound, and nobody asked to move it`]);
  // What is damaged may be set aside by whoever repairs.
  expect(historyViolations(known, asks('nothing'), state([damaged]), state([], [damaged]))).toEqual([]);
});

it('sees a raw file that went unasked or without a sound entry, and a file of somebody else that went', () => {
  const withRaw = state([first], [], { raw: new Set([first.file]) });
  expect(historyViolations(known, asks('nothing'), withRaw, state([first]))).toEqual([`the user's raw file of ${first.file} is gone`]);
  expect(historyViolations(known, asks('cleanRaw'), state([damaged], [], { raw: new Set([first.file]) }), state([damaged]))[0]).toMatch(/no sound entry/);
  const directory = mkdtempSync(join(tmpdir(), 'larder-history-'));
  putStrangers(directory);
  const before = lookAt(directory, VOLUME_FORM, new Set());
  rmSync(join(directory, 'notes.txt'));
  expect(historyViolations(known, asks('nothing'), before, lookAt(directory, VOLUME_FORM, new Set()))).toEqual(["notes.txt is none of Larder's and is gone or changed"]);
  writeFileSync(join(directory, 'notes.txt'), 'other');
  expect(lookAt(directory, VOLUME_FORM, new Set()).strangers.size).toBe(0);
  rmSync(directory, { recursive: true });
});

it('sees in the end what can be made and is missing or other, and asks nothing of what cannot', () => {
  const world = { ...known, canBeMade: (item: string) => item === first.file, isSameContent };
  expect(endOfHistory(world, state([first]))).toEqual([]);
  expect(endOfHistory(world, state([second]))[0]).toMatch(/missing in the end/);
  expect(endOfHistory(world, state([damaged]))[0]).toMatch(/another content/);
});

it('asks away what is old, in no list or damaged, and nothing else', () => {
  const third = { file: `${'0'.repeat(32)}.pt`, bytes: second.bytes };
  const world = { ...known, items: [first.file, second.file, third.file], expected: new Map([...known.expected, [third.file, third.bytes]]), isListed: (item: string) => item !== second.file, commands: () => [] } as unknown as World;
  const now = state([damaged, second, third], [], { old: new Set([third.file]) });
  const draw = createDraw(5);
  const asked = new Map<string, string[]>();
  for (let n = 0; n < 300; n++) {
    const { words, asks: what } = drawCommand(draw, world, now);
    if (what.type === 'entries' && words[1] !== '--only') asked.set(words.slice(0, 3).filter((word) => word !== '--num-workers').join(' '), [...now.entries.keys()].filter((file) => what.isAsked(file)));
  }
  expect(Object.fromEntries(asked)).toEqual({ 'fix --delete': [first.file], 'clear --older 30d': [third.file], 'clear --state foreign': [second.file], 'clear --state damaged': [first.file] });
});

it('takes bytes behind an archive for the same content, and a flipped bit or another entry not', () => {
  const flipped = Buffer.from(first.bytes);
  flipped[first.bytes.length >> 1]! ^= 1;
  expect(isSameContent(first.bytes, Buffer.concat([first.bytes, Buffer.alloc(9)]))).toBe(true);
  expect(isSameContent(first.bytes, flipped)).toBe(false);
  expect(isSameContent(first.bytes, second.bytes)).toBe(false);
});
