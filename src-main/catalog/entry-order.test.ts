import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runSteps } from '../base/index.ts';
import { EntryColumns } from './entry-columns.ts';
import { resortSlots, sortSlots } from './entry-order.ts';

const NUMBERS = Float64Array.from({ length: 300 }, (_, i) => i);

function columnsOf(sizes: readonly number[], names: readonly string[]): EntryColumns {
  const count = sizes.length;
  const columns = new EntryColumns(1);
  const unknown = new Float64Array(count).fill(-1);
  const encoded = names.map((name) => Buffer.from(name));
  columns.apply({
    count,
    numbers: NUMBERS.subarray(0, count),
    states: new Uint8Array(count).fill(0x30),
    splitIds: unknown,
    positions: unknown,
    sizes: Float64Array.from(sizes),
    modifiedAtUs: unknown,
    verifiedAtUs: unknown,
    nameLengths: Float64Array.from(encoded, (name) => name.length),
    names: Buffer.concat(encoded),
  });
  return columns;
}

const size = fc.oneof(fc.constant(-1), fc.nat(3), fc.integer({ min: 65_534, max: 65_538 }), fc.integer({ min: 0, max: 2 ** 51 }));
const name = fc.oneof(fc.constantFrom('train_', 'train_1', 'train_10', ''), fc.stringMatching(/^train_[ab]{0,3}$/));
const rows = fc.array(fc.tuple(size, name), { maxLength: 300 });
const bySize = (sizes: readonly number[]) => (a: number, b: number) => {
  const [x, y] = [sizes[a]!, sizes[b]!].map((value) => (value < 0 ? Infinity : value)) as [number, number];
  return x === y ? a - b : x - y;
};
const byName = (names: readonly string[]) => (a: number, b: number) => (names[a] === names[b] ? a - b : names[a]! < names[b]! ? -1 : 1);

describe('sortSlots', () => {
  it('agrees with comparing, unknown last, ties by slot', () => {
    fc.assert(
      fc.property(rows, (pairs) => {
        const sizes = pairs.map(([one]) => one);
        const names = pairs.map(([, one]) => one);
        const columns = columnsOf(sizes, names);
        expect([...runSteps(sortSlots(columns, 'sizeBytes'))]).toEqual([...sizes.keys()].sort(bySize(sizes)));
        expect([...runSteps(sortSlots(columns, 'name'))]).toEqual([...names.keys()].sort(byName(names)));
      }),
    );
  });
});

describe('resortSlots', () => {
  it('gives what sorting anew gives', () => {
    fc.assert(
      fc.property(rows, fc.array(fc.tuple(fc.nat(299), size), { maxLength: 10 }), (pairs, changes) => {
        const columns = columnsOf(pairs.map(([one]) => one), pairs.map(([, one]) => one));
        const order = runSteps(sortSlots(columns, 'sizeBytes'));
        const changed = new Set<number>();
        for (const [slot, value] of changes.filter(([slot]) => slot < pairs.length)) {
          columns.sizes[slot] = value;
          changed.add(slot);
        }
        expect(resortSlots(columns, 'sizeBytes', order, changed)).toEqual(runSteps(sortSlots(columns, 'sizeBytes')));
      }),
    );
  });
});
