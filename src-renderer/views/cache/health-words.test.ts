import { expect, it } from 'vitest';
import { healthOf, verifiedWords } from './health-words.ts';

const VERIFIED = { isGone: false, damaged: 0, lastVerifiedAtMs: 1_000, unverified: 0 };

it.each([
  ['all of it was read as it is', VERIFIED, '● sound'],
  ['some of it was added, changed or put back since', { ...VERIFIED, unverified: 1_200 }, '○ 1,200 to verify'],
  ['it was never read as a whole', { ...VERIFIED, lastVerifiedAtMs: null, unverified: 3 }, '○ not verified'],
  ['something is damaged', { ...VERIFIED, damaged: 2, unverified: 3 }, '▲ 2 damaged'],
  ['its folder is away', { ...VERIFIED, isGone: true }, '◆ not there'],
])('where %s it says so', (_, cache, words) => {
  const { mark, word } = healthOf(cache);
  expect(`${mark} ${word}`).toBe(words);
});

it('says when all of it was last read', () => {
  expect(verifiedWords(VERIFIED, 61_000)).toBe('verified 1 min ago');
  expect(verifiedWords({ ...VERIFIED, unverified: 1 }, 61_000)).toBe('last verified 1 min ago');
  expect(verifiedWords({ ...VERIFIED, lastVerifiedAtMs: null }, 61_000)).toBeUndefined();
});
