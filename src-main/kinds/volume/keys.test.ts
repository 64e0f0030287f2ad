import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { entryKey, repositoryPath, sourcePath, volumeNameProblem } from './keys.ts';

interface Golden {
  readonly items: readonly { volume_name: string; item_key: string; nested: string; flat: string; hub: string }[];
  readonly other_types: readonly { item_key: string; python: string }[];
}

/** Made by the reference stack. */
const golden = JSON.parse(readFileSync(new URL('__fixtures__/item-keys.json', import.meta.url), 'utf8')) as Golden;

describe('names of the reference', () => {
  test.each(golden.items)('"$volume_name"', ({ volume_name: name, item_key, nested, flat, hub }) => {
    expect(entryKey(name)).toBe(item_key);
    expect(sourcePath(name, 'nested')).toBe(nested);
    expect(sourcePath(name, 'flat')).toBe(flat);
    expect(repositoryPath(name)).toBe(hub);
  });

  test.each(golden.other_types)('$python, which is not a text', ({ item_key, python }) => {
    expect(entryKey(python)).toBe(item_key);
  });
});

describe('names that would leave their folder', () => {
  test.each(['../x', 'a/b', String.raw`a\b`, '..', '.', 'a..b', '..nii.gz', 'x\0y', '/etc/passwd', '_.._x', `${'ä'.repeat(130)}.nii.gz`])(
    '%j is refused',
    (name) => {
      expect(volumeNameProblem(name)).toMatch(/^it /);
      const refused = expect.objectContaining({ code: 'NAME_INVALID' });
      expect(() => sourcePath(name, 'nested')).toThrow(refused);
      expect(() => sourcePath(name, 'flat')).toThrow(refused);
      expect(() => repositoryPath(name)).toThrow(refused);
    },
  );

  test('a name of the greatest length still fits with its ending', () => {
    const name = 'x'.repeat(255 - '__transformed.nii.gz'.length);
    expect(sourcePath(name, 'flat')).toHaveLength(255);
    expect(() => sourcePath(`${name}x`, 'flat')).toThrow(expect.objectContaining({ code: 'NAME_INVALID' }));
  });
});
