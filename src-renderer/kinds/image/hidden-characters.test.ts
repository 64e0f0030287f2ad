import { expect, test } from 'vitest';
import { hiddenCharacters } from './hidden-characters.ts';

test.each([
  ['ភាសាខ្មែរ', []],
  ['ក\u200bខ\u200bគ\u200d', ['2 zero-width spaces', '1 zero-width joiner']],
  ['\ufeffក\u0007', ['1 byte order mark', '1 control character']],
])('%j', (text, expected) => {
  expect(hiddenCharacters(text)).toEqual(expected);
});
