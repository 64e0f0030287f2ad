import { describe, expect, it } from 'vitest';
import type { EntrySummary } from '../../../../src-main/contract/entries.ts';
import { NOTHING, choose, chooseRange, isMove, moved, rangeTo, toggle } from './selection.ts';

function row(key: string): EntrySummary {
  return { key, name: key, split: null, state: 'cached', file: null, sizeBytes: null, modifiedAtMs: null, shape: null, dtype: null, verifiedAtMs: null };
}

describe('choosing rows', () => {
  it('takes one, then more, then one out again', () => {
    const one = choose(3, row('c'));
    expect([...one.rows.keys()]).toEqual(['c']);
    const two = toggle(one, 5, row('e'));
    expect([...two.rows.keys()]).toEqual(['c', 'e']);
    expect([...toggle(two, 3, row('c')).rows.keys()]).toEqual(['e']);
  });

  it('tells picking from being somewhere', () => {
    const one = choose(3, row('c'));
    expect(one.isPicked).toBe(false);
    expect(toggle(one, 5, row('e')).isPicked).toBe(true);
    expect(toggle(one, 3, row('c')).isPicked).toBe(false);
    expect(chooseRange(one, 3, [row('c')]).isPicked).toBe(true);
  });

  it('takes a range from where it began, in both directions', () => {
    const from = choose(10, row('k'));
    expect(rangeTo(from, 14, 100)).toEqual({ first: 10, last: 14, isCut: false });
    expect(rangeTo(from, 7, 100)).toEqual({ first: 7, last: 10, isCut: false });
    const range = chooseRange(from, 12, [row('k'), row('l'), row('m')]);
    expect(range.anchor).toBe(10);
    expect(range.active).toBe(12);
    expect(range.rows.size).toBe(3);
  });

  it('cuts a range that is longer than one call may name, at the far end', () => {
    const from = choose(10, row('k'));
    expect(rangeTo(from, 1_000_000, 500)).toEqual({ first: 10, last: 509, isCut: true });
    expect(rangeTo(choose(1_000, row('z')), 0, 500)).toEqual({ first: 501, last: 1_000, isCut: true });
  });
});

describe('moving by keys', () => {
  it.each([
    [null, 'ArrowDown', 0],
    [null, 'End', 99],
    [0, 'ArrowUp', 0],
    [5, 'ArrowDown', 6],
    [5, 'PageDown', 25],
    [90, 'PageDown', 99],
    [5, 'PageUp', 0],
    [50, 'Home', 0],
    [99, 'ArrowDown', 99],
  ] as const)('from %s by %s to %i', (active, key, to) => {
    expect(moved(active, key, 100, { perPage: 20 })).toBe(to);
  });

  it('stays at the top of nothing', () => {
    expect(moved(NOTHING.active, 'End', 0, { perPage: 20 })).toBe(0);
  });

  // 10 items in rows of 4: 0 1 2 3 / 4 5 6 7 / 8 9
  it.each([
    [1, 'ArrowDown', 5],
    [5, 'ArrowDown', 9],
    [7, 'ArrowDown', 9],
    [6, 'ArrowUp', 2],
    [2, 'ArrowUp', 2],
    [3, 'ArrowRight', 4],
    [4, 'ArrowLeft', 3],
    [0, 'ArrowLeft', 0],
    [6, 'PageUp', 2],
    [1, 'PageDown', 9],
  ] as const)('in a gallery from %s by %s to %i', (active, key, to) => {
    expect(moved(active, key, 10, { perRow: 4, perPage: 8 })).toBe(to);
  });

  it('leaves left and right alone in a table', () => {
    expect(isMove('ArrowLeft')).toBe(false);
    expect(isMove('ArrowLeft', 4)).toBe(true);
  });
});
