import { describe, expect, it } from 'vitest';
import { fuzzyFilter, fuzzyScore } from './fuzzy.ts';

const filter = (query: string, texts: readonly string[]): readonly string[] => fuzzyFilter(query, texts, (text) => text);

describe('what was typed', () => {
  it('finds letters in their order, and nothing else', () => {
    expect(fuzzyScore('vsc', 'Verify sample-chest')).not.toBeNull();
    expect(fuzzyScore('cvs', 'Verify sample')).toBeNull();
    expect(fuzzyScore('x', '')).toBeNull();
  });

  it('prefers beginnings of words, and letters in a row', () => {
    expect(filter('vs', ['Resolve says', 'Verify sample'])[0]).toBe('Verify sample');
    expect(filter('job', ['Just open a bin', 'Jobs'])[0]).toBe('Jobs');
    expect(filter('lib', ['Calibrate', 'Library'])[0]).toBe('Library');
  });

  it('leaves the order alone where nothing was typed', () => {
    expect(filter(' ', ['b', 'a'])).toEqual(['b', 'a']);
  });
});
