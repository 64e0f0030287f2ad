import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isLarderError } from '../../base/index.ts';
import { readNameColumn } from './list-file.ts';

/** Text of a CSV; then kind and text of every value, or the name of pandas' exception. Made by e2e/oracle/text_formats.py. */
type Case = [text: string, expected: [kind: string, text: string][] | string];
const cases = JSON.parse(readFileSync(new URL('__fixtures__/pandas-columns.json', import.meta.url), 'utf8')) as Case[];

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'larder-list-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

async function write(content: string | Uint8Array): Promise<string> {
  const path = join(directory, 'list.csv');
  await writeFile(path, content);
  return path;
}

async function columnOf(text: string): Promise<[string, string][] | string> {
  try {
    const { column } = await readNameColumn(await write(text));
    return [...column.values()].map(({ kind, text }) => [kind, text]);
  } catch (error) {
    if (isLarderError(error, 'LIST_INVALID')) return 'refused';
    throw error;
  }
}

describe('readNameColumn', () => {
  test('agrees with pandas 2.2.3 on every file of the fixture', async () => {
    expect(cases.length).toBeGreaterThan(1500);
    const disagreements: unknown[] = [];
    for (const [text, answer] of cases) {
      // A header without rows is an empty frame to pandas, an error here: there is nothing to build.
      const expected = typeof answer === 'string' ? 'refused' : answer;
      const found = await columnOf(text);
      if (JSON.stringify(found) !== JSON.stringify(expected)) disagreements.push({ text, expected: answer, found });
    }
    expect(disagreements).toEqual([]);
  });

  test.each([
    ['an empty file', '', 1, /empty/],
    ['blank lines only', '\n \n', 1, /empty/],
    ['no such column', 'Name,B\nx,1\n', 1, /no column VolumeName/],
    ['too many fields', 'VolumeName,B\nx,1\ny,2\n\nz,3,4\n', 5, /3 fields where 2/],
    ['an open quote', 'VolumeName\nx\n"y\nz\n', 3, /never closed/],
  ])('%s is refused at its line', async (_, text, line, message) => {
    const path = await write(text);
    await expect(readNameColumn(path)).rejects.toMatchObject({
      code: 'LIST_INVALID',
      message: expect.stringMatching(message),
      details: { path, line },
    });
  });

  test('a column that only looks right is named in the hint', async () => {
    await expect(readNameColumn(await write('volume_name\nx\n'))).rejects.toMatchObject({ hint: expect.stringContaining('"volume_name"') });
  });

  test('bytes that are not UTF-8 are refused at their line', async () => {
    const path = await write(Buffer.from('VolumeName\nx\nträin\n', 'latin1'));
    await expect(readNameColumn(path)).rejects.toMatchObject({ code: 'LIST_INVALID', message: `${path}:3: the text is not UTF-8.` });
  });

  test('a file that is not there', async () => {
    await expect(readNameColumn(join(directory, 'nothing.csv'))).rejects.toMatchObject({
      code: 'LIST_INVALID',
      message: expect.stringContaining('there is no such file'),
    });
  });

  test('a folder', async () => {
    await expect(readNameColumn(directory)).rejects.toMatchObject({ code: 'LIST_INVALID', message: expect.stringContaining('it is a folder') });
  });

  test('lines are found behind blank lines and line breaks in quotes', async () => {
    const { column, lineOf } = await readNameColumn(await write('VolumeName,B\n\na,1\nb,"x\ny"\nc,2\n\n\nd,3\n'));
    expect(Array.from({ length: column.length }, (_, row) => lineOf(row))).toEqual([3, 4, 6, 9]);
  });

  test('rows longer than the header shift the columns, with a warning', async () => {
    const { column, warnings } = await readNameColumn(await write('VolumeName,B\nx,y,\nz,w,\n'));
    expect([...column.values()].map((value) => value.text)).toEqual(['y', 'w']);
    expect(warnings).toEqual([{ line: 2, message: expect.stringContaining('field 2') }]);
  });

  test('an aborted signal stops it', async () => {
    await expect(readNameColumn(await write('VolumeName\nx\n'), AbortSignal.abort())).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});
