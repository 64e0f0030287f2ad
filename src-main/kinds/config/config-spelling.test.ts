import { describe, expect, test } from 'vitest';
import { closestKey, editDistance } from './config-spelling.ts';

describe('editDistance', () => {
  test.each([
    ['same', 'same', 0],
    ['img_dir', 'img_dri', 1],
    ['scale', 'scales', 1],
    ['kitten', 'sitting', 3],
    ['', 'ab', 2],
    ['ab', '', 2],
  ])('%s, %s', (a, b, distance) => {
    expect(editDistance(a, b, 5)).toBe(distance);
    expect(editDistance(b, a, 5)).toBe(distance);
  });

  test('gives up on lengths that differ by more than the limit', () => {
    expect(editDistance('a', 'abcdef', 2)).toBeGreaterThan(2);
  });
});

describe('closestKey', () => {
  test.each([
    [['Clip-HU-min'], 'clip_hu_min', true, 0],
    [['Clip-HU-min'], 'clip_hu_min', false, 0],
    [['log_dir'], 'img_dir', true, 0],
    [['log_dir'], 'img_dir', false, undefined],
    [['imgdir', 'img_di', 'img_dirr'], 'img_dir', true, 0],
    [['out', 'lr'], 'train', true, undefined],
    [[], 'train', true, undefined],
  ])('%j for %s (missing: %s)', (candidates, wanted, isMissing, index) => {
    expect(closestKey(candidates, wanted, isMissing)).toBe(index);
  });
});
