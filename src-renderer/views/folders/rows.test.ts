import { describe, expect, it } from 'vitest';
import { isPath, narrowed } from './rows.ts';

const row = (name: string) => ({ name, path: `/data/${name}`, kind: 'folder' }) as const;

describe('rows of a folder', () => {
  it('are narrowed to a text in their names, what begins with it first', () => {
    const rows = ['chest ct', 'CT', 'brain'].map(row);
    expect(narrowed(rows, ' ct ').map(({ name }) => name)).toEqual(['CT', 'chest ct']);
    expect(narrowed(rows, '  ')).toBe(rows);
    expect(narrowed(rows, 'x')).toEqual([]);
  });

  it.each(['/data', 'C:\\data', 'C:/data', '\\\\server\\share'])('are not what is meant by %s', (text) => expect(isPath(text)).toBe(true));
  it.each(['data', 'a/b', '', 'c:'])('are what is meant by %j', (text) => expect(isPath(text)).toBe(false));
});
