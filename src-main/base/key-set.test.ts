import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { KeySet } from './key-set.ts';

const keyOf = (i: number): string => createHash('md5').update(`entry ${i}`).digest('hex');

it('has what was put in, each once, and nothing else', () => {
  const keys = new KeySet();
  for (let i = 0; i < 5_000; i++) keys.add(keyOf(i));
  for (let i = 0; i < 100; i++) keys.add(keyOf(i));
  expect(keys.size).toBe(5_000);
  for (let i = 0; i < 5_000; i++) expect(keys.has(keyOf(i))).toBe(true);
  for (let i = 5_000; i < 6_000; i++) expect(keys.has(keyOf(i))).toBe(false);
});

it('tells which were not marked', () => {
  const keys = new KeySet();
  for (let i = 0; i < 3_000; i++) keys.add(keyOf(i));
  keys.markAll(Array.from({ length: 3_000 }, (_, i) => (i % 1_000 === 7 ? keyOf(7_777 + i) : keyOf(i))).join(''));
  keys.markAll(keyOf(0) + 'x'.repeat(32) + keyOf(1));
  expect(keys.markedSize).toBe(2_997);
  expect([...keys.unmarked()].sort()).toEqual([keyOf(7), keyOf(1_007), keyOf(2_007)].sort());
});

it('keeps marks while it grows', () => {
  const keys = new KeySet();
  keys.add(keyOf(1));
  keys.markAll(keyOf(1));
  for (let i = 2; i < 4_000; i++) keys.add(keyOf(i));
  expect(keys.markedSize).toBe(1);
  expect([...keys.unmarked()]).toHaveLength(3_998);
});

it('tells apart keys that begin alike, and zeros from free places', () => {
  const keys = new KeySet();
  const [a, b, zero] = ['00000001000000000000000000000000', '00000001000000000000000000000001', '0'.repeat(32)];
  keys.add(a!);
  expect([keys.has(a!), keys.has(b!), keys.has(zero!)]).toEqual([true, false, false]);
  keys.add(zero!);
  expect(keys.has(zero!)).toBe(true);
  expect([...keys.unmarked()].sort()).toEqual([zero, a]);
});

it('goes through its keys nearly in their order, each once', () => {
  const keys = new KeySet();
  const all = ['f', '0', '8', 'ffffff1', 'ffffff0', '000001'].map((start) => start.padEnd(32, '7'));
  for (const key of all) keys.add(key);
  const seen = Array.from(keys.inKeyOrder());
  expect(seen.toSorted()).toEqual(all.toSorted());
  expect(seen.map((key) => key.slice(0, 6))).toEqual(all.toSorted().map((key) => key.slice(0, 6)));
});

it('takes no other texts', () => {
  const keys = new KeySet();
  for (const text of ['', 'A'.repeat(32), 'g'.repeat(32), '0'.repeat(31), '0'.repeat(33), `${'0'.repeat(31)}ក`, 'x'.repeat(32)]) {
    expect(() => keys.add(text)).toThrow(RangeError);
    expect(keys.has(text)).toBe(false);
  }
});

it('gives each key its place in the order of coming, and takes over those of another', () => {
  const [keys, others] = [new KeySet(), new KeySet()];
  for (let i = 0; i < 3_000; i++) expect(keys.add(keyOf(i))).toBe(i);
  expect(keys.add(keyOf(1_234))).toBe(1_234);
  for (let i = 2_999; i < 4_000; i++) others.add(keyOf(i));
  keys.addAll(others);
  expect([keys.size, keys.placeOf(keyOf(3_999)), keys.placeOf(keyOf(4_000))]).toEqual([4_000, 3_999, -1]);
  expect([...keys]).toEqual(Array.from({ length: 4_000 }, (_, i) => keyOf(i)));
});
