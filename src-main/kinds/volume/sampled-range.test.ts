import { expect, it } from 'vitest';
import { SampledRange } from './sampled-range.ts';

function rangeOf(...slices: readonly (readonly number[])[]) {
  const range = new SampledRange(slices.flat().length);
  for (const slice of slices) range.add(Float32Array.from(slice));
  return range.range();
}

it('leaves out a hundredth at either end, and what is not finite', () => {
  const values = Array.from({ length: 1_000 }, (_, i) => i);
  expect(rangeOf(values)).toEqual({ min: 10, max: 989 });
  expect(rangeOf([...values, NaN, Infinity])).toEqual({ min: 10, max: 989 });
});

it('is the extremes where nearly all is one value, and nothing where there is none', () => {
  expect(rangeOf([...Array.from({ length: 999 }, () => 0), 7])).toEqual({ min: 0, max: 7 });
  expect(rangeOf([NaN])).toBeUndefined();
});

it('takes every so many of very many, across slices', () => {
  const range = new SampledRange(1_000_000);
  for (let slice = 0; slice < 1_000; slice++) range.add(new Float32Array(1_000).fill(slice));
  expect(range.range()).toEqual({ min: 10, max: 989 });
});
