import { expect, it } from 'vitest';
import { benchLines } from './bench-images.ts';

it('draws different lines, the same ones every time', () => {
  const lines = benchLines(500);
  expect(new Set(lines).size).toBe(500);
  expect(benchLines(500)).toEqual(lines);
  const mean = lines.reduce((sum, line) => sum + line.length, 0) / lines.length;
  expect(mean).toBeGreaterThan(115);
  expect(mean).toBeLessThan(130);
});
