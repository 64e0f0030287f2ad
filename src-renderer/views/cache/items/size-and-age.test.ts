import { describe, expect, it } from 'vitest';
import { NO_BOUNDS, boundProblem, boundsFlags, boundsQuery, countBounds } from './size-and-age.ts';

describe('bounds of size and age', () => {
  it('say the same to the engine and in the command', () => {
    const texts = { minSize: '1.5 MB', maxSize: '2GiB', older: '12h', newer: ' 30d ' };
    expect(boundsQuery(texts)).toEqual({ minSizeBytes: 1_500_000, maxSizeBytes: 2_147_483_648, olderThanMs: 43_200_000, newerThanMs: 2_592_000_000 });
    expect(boundsFlags(texts)).toBe(' --min-size 1.5MB --max-size 2GiB --older 12h --newer 30d');
    expect(countBounds(texts)).toBe(4);
  });

  it('leave out what is empty, and what cannot be read', () => {
    expect([boundsQuery(NO_BOUNDS), boundsFlags(NO_BOUNDS), countBounds(NO_BOUNDS)]).toEqual([{}, '', 0]);
    expect(boundsQuery({ ...NO_BOUNDS, minSize: 'big', older: '12' })).toEqual({});
    expect([boundProblem('minSize', 'big'), boundProblem('older', '12'), boundProblem('newer', ''), boundProblem('maxSize', '10kB')]).toEqual(['A size, such as 33MB.', 'An age, such as 12h or 30d.', null, null]);
  });
});
