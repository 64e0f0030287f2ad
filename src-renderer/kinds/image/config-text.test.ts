import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { STANDARD, configText } from './config-text.ts';

test('the standard config reads back as what was chosen', () => {
  expect(parse(configText(STANDARD))).toEqual({ kind: 'image', corpus_dir: 'data/processed', fonts_dir: 'fonts', cache_dir: 'data/synthetic', font_prefix: 'fonts/', fonts_per_line: 'all', height: 32 });
});

test('paths keep their characters, numbers stay in their limits', () => {
  const text = configText({ ...STANDARD, corpusDir: String.raw`C:\data "x": #1`, height: 4, fontsPerLine: '2' });
  expect(parse(text)).toMatchObject({ corpus_dir: String.raw`C:\data "x": #1`, height: 16, fonts_per_line: 2 });
  expect(parse(configText({ ...STANDARD, splits: ['train', 'test'], maxLines: ' 20 ', index: 'slim' }))).toMatchObject({ splits: ['train', 'test'], max_lines: 20, index: 'slim' });
  expect(parse(configText({ ...STANDARD, maxLines: 'all of them' }))).toEqual(parse(configText(STANDARD)));
  expect(parse(configText({ ...STANDARD, height: 999, fontsPerLine: 'many' }))).toMatchObject({ height: 256, fonts_per_line: 'all' });
});
