import { expect, it } from 'vitest';
import { linkedWindow } from './linked-window.ts';

const CT = { min: -1000, max: 1000 };

it('shows raw and cached values equally bright', () => {
  expect(linkedWindow({ min: -1, max: 1 }, { min: -1, max: 1 }, CT)).toEqual(CT);
  // Half of the way from -1 to 1 is half of the way from -1000 to 1000.
  expect(linkedWindow({ min: 0, max: 0.5 }, { min: -1, max: 1 }, CT)).toEqual({ min: 0, max: 500 });
});

it('shows all that was clipped where nothing is known of the line', () => {
  expect(linkedWindow({ min: 0, max: 0.5 }, null, CT)).toEqual(CT);
});
