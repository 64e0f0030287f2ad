import { execFile, execFileSync } from 'node:child_process';
import { existsSync, lstatSync, symlinkSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { createImageSetting, readGolden } from './setting.ts';

interface Golden {
  readonly key: string;
  readonly text: string;
  readonly font_path: string;
  readonly image_height: number;
  readonly image_width: number;
  readonly png_bytes: number;
  readonly pixels_md5: string;
  readonly created_at: string;
}
const { entries } = await readGolden<{ entries: Golden[] }>('expectations.json');
const expected = new Map(entries.map(({ key, text, font_path, image_height, image_width, png_bytes, pixels_md5, created_at }) => [key, { text, font_path, image_height, image_width, cache_key: key, created_at, png_bytes, pixels_md5, writer: 'unknown', split: null, state: 'cached' }]));

/** Cells of a line of a table; quoted ones may hold commas and doubled quotes. */
function cells(line: string): string[] {
  return Array.from(line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g), ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain!);
}

describe('a file that somebody names to be written', () => {
  it.each([['export', '--output'], ['map', '--output-path']])('by %s is not put in the place of a pipe or a device, but written to it', async (command, flag) => {
    await using setting = await createImageSetting();
    await setting.copyGolden('intact', 'cache');
    const pipe = setting.path('pipe');
    execFileSync('mkfifo', [pipe]);
    // A link to a device, as /dev/stdout is one: a mistake may only cost the link.
    symlinkSync('/dev/null', setting.path('null'));
    const [{ stdout }, written] = await Promise.all([promisify(execFile)('cat', [pipe], { maxBuffer: 1 << 28 }), setting.run(command, '--cache', 'cache', flag, 'pipe')]);
    expect(written.exitCode).toBe(0);
    expect(Object.keys(JSON.parse(stdout) as object).length).toBeGreaterThan(5);
    expect(lstatSync(pipe).isFIFO()).toBe(true);
    expect((await setting.run(command, '--cache', 'cache', flag, 'null')).exitCode).toBe(0);
    expect(lstatSync(setting.path('null')).isSymbolicLink()).toBe(true);
    expect(lstatSync('/dev/null').isCharacterDevice()).toBe(true);
  });

  it('by export is refused where a link leads into the cache', async () => {
    await using setting = await createImageSetting();
    const cache = await setting.copyGolden('intact', 'cache');
    symlinkSync(cache, setting.path('link'));
    const result = await setting.run('export', '--cache', 'cache', '--output', 'link/images/info.json');
    expect(result).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('lies in the cache itself') as string });
    expect(existsSync(join(cache, 'images/info.json'))).toBe(false);
  });
});

describe('an export of a cache of the original', () => {
  it('says of every entry what the golden file says, in all three forms', async () => {
    await using setting = await createImageSetting();
    await setting.copyGolden('intact', 'cache');
    const read = async (...words: string[]): Promise<string> => {
      const output = setting.path(words[0]!);
      expect((await setting.run('export', '--cache', 'cache', '--output', ...words)).exitCode).toBe(0);
      return await readFile(output, 'utf8');
    };
    const document = JSON.parse(await read('info.json')) as Record<string, unknown> & { entries: { cache_key: string }[] };
    expect(document).toMatchObject({ format: 'larder-image-cache-export', version: 1, cache_dir: setting.path('cache'), heights: [32, 48], stats: { files: 42 } });
    expect(document['fonts']).toHaveLength(3);
    expect(new Map(document.entries.map((entry) => [entry.cache_key, entry]))).toEqual(expected);
    const lines = (await read('info.jsonl')).trimEnd().split('\n').map((line) => JSON.parse(line) as unknown);
    expect(lines).toEqual(document.entries);
    const [head, ...rows] = (await read('info.txt', '--format', 'csv')).trimEnd().split('\n').map(cells);
    expect(head).toEqual(Object.keys(document.entries[0]!));
    expect(rows).toEqual(document.entries.map((entry) => Object.values(entry).map((value) => (value === null ? '' : String(value)))));
  });

  it('is not written into the cache itself', async () => {
    await using setting = await createImageSetting();
    await setting.copyGolden('intact', 'cache');
    expect((await setting.run('export', '--cache', 'cache', '--output', 'cache/info.json')).exitCode).toBe(2);
  });
});
