import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runSteps } from '../base/index.ts';
import { NameColumn, foldText } from './name-column.ts';

function columnOf(names: readonly (string | null)[]): NameColumn {
  const column = new NameColumn();
  column.reserve(names.length);
  names.forEach((name, slot) => column.set(slot, name === null ? null : Buffer.from(name)));
  return column;
}

function slotsContaining(column: NameColumn, text: string, slots: number): number[] {
  const matches = runSteps(column.containing(foldText(text), slots));
  return [...matches.keys()].filter((slot) => matches[slot] === 1);
}

describe('NameColumn', () => {
  it('finds what is within one name, never across two', () => {
    const column = columnOf(['ab', 'ba', null, 'b', 'AB']);
    expect(slotsContaining(column, 'ab', 5)).toEqual([0, 4]);
    expect(slotsContaining(column, 'bb', 5)).toEqual([]);
    expect(slotsContaining(column, 'B', 5)).toEqual([0, 1, 3, 4]);
  });

  it('orders by folded bytes, no name last', () => {
    const column = columnOf(['b', 'A', 'ab', null, '']);
    expect([0, 1, 2, 3, 4].sort((a, b) => column.compare(a, b))).toEqual([4, 1, 2, 0, 3]);
  });

  it('keeps every name as foldText folds it, whatever the script', () => {
    const unit = fc.constantFrom('A', 'z', ' ', 'ក', '្', '\u17dd', '៓', '៹', '\u200b', '\u200d', '\u200e', 'É', 'e\u0301', '\u0323', 'ß', 'İ', 'Σ', '\u1800', '\u177f', '日', '😀', '\u{1D400}');
    fc.assert(
      fc.property(fc.array(fc.string({ unit, maxLength: 8 }), { minLength: 1, maxLength: 20 }), (names) => {
        const { bytes, starts, lengths } = columnOf(names);
        expect(names.map((_, slot) => bytes.toString('utf8', starts[slot], starts[slot]! + lengths[slot]!))).toEqual(names.map((name) => name.normalize('NFC').toLowerCase()));
      }),
      { numRuns: 1_000 },
    );
  });

  it('agrees with String.includes over several blocks, rare and frequent texts, renames and removals', () => {
    const name = fc.stringMatching(/^[abc]{0,4}$/);
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(9999), fc.option(name)), { maxLength: 20 }), fc.integer({ min: 1, max: 50 }), name, (renames, period, text) => {
        fc.pre(text.length > 0);
        const names: (string | null)[] = Array.from({ length: 10_000 }, (_, i) => (i % 7 === 0 ? null : i % period === 0 ? 'abcabc' : `x${i % 10}`));
        const column = columnOf(names);
        for (const [slot, renamed] of renames) {
          names[slot] = renamed;
          column.set(slot, renamed === null ? null : Buffer.from(renamed));
        }
        const expected = [...names.keys()].filter((slot) => names[slot]?.includes(text));
        expect(slotsContaining(column, text, names.length)).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });
});
