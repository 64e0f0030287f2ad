import { expect, it } from 'vitest';
import { materialOf } from './material.ts';

it.each([
  [['train_0.txt', 'train_1.txt', 'val.txt', 'test.txt'], 'corpus'],
  [['README.md', 'val.txt'], 'corpus'],
  [['KhmerOS.ttf', 'OFL.txt'], 'fonts'],
  [['Noto.OTF'], 'fonts'],
  // Fonts beside a corpus: the lines are what one is after.
  [['train.txt', 'KhmerOS.ttf'], 'corpus'],
  [['notes.txt', 'training.txt', 'train.csv'], undefined],
  [['images', 'metadata', 'cache_index.json', 'train.txt'], undefined],
  [[], undefined],
])('%j holds %s', (names, material) => expect(materialOf(names)).toBe(material));
