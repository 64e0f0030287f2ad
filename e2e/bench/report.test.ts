import { describe, expect, it } from 'vitest';
import type { Figure } from './figure.ts';
import { isMet, median, ratioOf } from './figure.ts';
import { renderDocument } from './document.ts';
import { formatNumber, meetsAllBudgets, sectionLines } from './report.ts';

const time: Figure = { name: '4 volumes', unit: 's', better: 'less', larder: [3, 2, 4], python: [30, 20, 40], budget: { of: 'ratio', bound: 9 } };
const rate: Figure = { name: 'verify', unit: 'MB/s', better: 'more', larder: [900], python: [1000], budget: { of: 'ratio', bound: 1 } };
const memory: Figure = { name: 'worker', unit: 'MB', better: 'less', larder: [250.1], budget: { of: 'value', bound: 250 } };
const inserts: Figure = { name: 'insert', unit: 'rows/s', better: 'more', larder: [150_000], budget: { of: 'value', bound: 150_000 } };
const plain: Figure = { name: 'own', unit: 'MB', better: 'less', larder: [120] };

describe('median', () => {
  it('is the middle value, or the mean of the two in the middle', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(median([7])).toBe(7);
  });

  it('refuses no values at all', () => {
    expect(() => median([])).toThrow(RangeError);
  });
});

describe('ratios and budgets', () => {
  it('say how many times better Larder is, for times and for rates', () => {
    expect(ratioOf(time)).toBe(10);
    expect(ratioOf(rate)).toBe(0.9);
    expect(ratioOf(plain)).toBeUndefined();
  });

  it('bound the ratio below, a time or memory above, a rate below', () => {
    expect(isMet(time)).toBe(true);
    expect(isMet(rate)).toBe(false);
    expect(isMet(memory)).toBe(false);
    expect(isMet({ ...memory, larder: [250] })).toBe(true);
    expect(isMet(inserts)).toBe(true);
    expect(isMet({ ...inserts, larder: [149_999] })).toBe(false);
    expect(isMet(plain)).toBeUndefined();
  });

  it('miss a ratio that nothing was compared with', () => {
    const { python: _, ...alone } = time;
    expect(isMet(alone)).toBe(false);
  });

  it('are all met only if none is missed', () => {
    const section = (figures: readonly Figure[]) => ({ title: 'T', about: 'A', figures });
    expect(meetsAllBudgets([section([time, plain]), section([inserts])])).toBe(true);
    expect(meetsAllBudgets([section([time]), section([inserts, memory])])).toBe(false);
  });
});

describe('formatNumber', () => {
  it('shows three significant digits and never an exponent', () => {
    expect([0, 0.0012345, 0.12345, 1.2345, 12.345, 123.45, 1234.5, 1_234_567].map(formatNumber)).toEqual(['0', '0.001', '0.123', '1.23', '12.3', '123', '1,235', '1,234,567']);
  });
});

describe('the document', () => {
  const facts = [['CPU', 'some cpu, 2 cores']] as const;
  const pipeline = { title: 'Compared', about: 'How.', figures: [{ ...time, name: '4 volumes, 2 workers' }, { ...memory, name: 'peak memory' }] };
  const text = renderDocument({
    pipeline: { date: '2026-01-31', facts, section: pipeline },
    catalog: { date: '2026-01-31', facts, section: { title: 'Alone', about: 'How else.', figures: [inserts] } },
    list: { date: '2026-01-30', facts, section: { title: 'Earlier', about: 'How then.', figures: [plain] } },
  });

  it('has median, range, ratio, budget and verdict of a figure in one row', () => {
    expect(text).toContain('| 4 volumes, 2 workers | 3.00 s (2.00–4.00, 3 runs) | 30.0 s (20.0–40.0, 3 runs) | 10.0× | ≥ 9.00× | yes |');
    expect(text).toContain('| peak memory | 250 MB (1 run) |  |  | ≤ 250 MB | **no** |');
  });

  it('leaves the columns of Python out where it has no part', () => {
    expect(text).toContain('| Figure | Larder | Budget | Met |\n| --- | ---: | ---: | ---: |\n| insert | 150,000 rows/s (1 run) | ≥ 150,000 rows/s | yes |');
  });

  it('says what limits a part', () => {
    expect(text).toContain('**What limits it.** Inflating, reading once');
    expect(text.slice(text.indexOf('## Earlier'))).not.toContain('What limits it');
  });

  it('names the day and the machine', () => {
    expect(text).toContain('Measured on 2026-01-31');
    expect(text).toContain('- CPU: some cpu, 2 cores');
  });

  it('has every budget in a row: met, missed with its figures, or not measured', () => {
    expect(text).toContain("| Preprocessing at 9 times MONAI's speed, at least | met |");
    expect(text).toContain('| A worker takes 250 MB, at most | **missed** (1 of 1): peak memory |');
    expect(text).toContain('| Deep verify is not slower than loading every file with `torch.load` | not measured here yet |');
  });

  it('names the day of a part that was measured on another one, and of no other', () => {
    expect(text.match(/Measured on 2026-01-31/g)).toHaveLength(1);
    expect(text.slice(text.indexOf('## Earlier'))).toContain('Measured on 2026-01-30');
  });

  it('says the same on the terminal, a missed budget in capitals', () => {
    expect(sectionLines({ title: 'Compared', about: '', figures: [time, memory] })).toEqual([
      'Compared',
      '  4 volumes: 3.00 s (2.00–4.00, 3 runs), Python 30.0 s (20.0–40.0, 3 runs), 10.0× [≥ 9.00×: met]',
      '  worker: 250 MB (1 run) [≤ 250 MB: MISSED]',
    ]);
  });
});
