import fs from 'node:fs';
import { link, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { moveToFreeName } from './index.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'larder-publish-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** As a disk answers that takes names in another letter case for one, which few Linux machines can mount. */
async function withFoldedCase<T>(one: string, other: string, work: () => Promise<T>): Promise<T> {
  const { link: realLink, lstat: realLstat } = fs.promises;
  Object.assign(fs.promises, {
    link: async (from: string, to: string) => {
      if (from === one && to === other) throw Object.assign(new Error('EEXIST'), { code: 'EEXIST' });
      await realLink(from, to);
    },
    lstat: async (path: string, options: fs.StatOptions) => await realLstat(path === other && !fs.existsSync(other) ? one : path, options),
  });
  syncBuiltinESMExports();
  try {
    return await work();
  } finally {
    Object.assign(fs.promises, { link: realLink, lstat: realLstat });
    syncBuiltinESMExports();
  }
}

describe('a file that gets another name', () => {
  it('never takes one that another file has', async () => {
    for (const name of ['a', 'b']) await writeFile(join(folder, name), name);
    expect(await moveToFreeName(join(folder, 'a'), join(folder, 'b'))).toBe(false);
    expect([await readFile(join(folder, 'a'), 'utf8'), await readFile(join(folder, 'b'), 'utf8')]).toEqual(['a', 'b']);
  });

  it('that it has already, where whoever gave it died before it gave up the old one, has it alone then', async () => {
    await writeFile(join(folder, 'a'), 'content');
    await link(join(folder, 'a'), join(folder, 'b'));
    expect(await moveToFreeName(join(folder, 'a'), join(folder, 'b'))).toBe(true);
    expect(await readdir(folder)).toEqual(['b']);
  });

  it('in another letter case has it, on a disk that takes both for one', async () => {
    const [from, to] = [join(folder, 'ABC.png'), join(folder, 'abc.png')];
    await writeFile(from, 'content');
    expect(await withFoldedCase(from, to, () => moveToFreeName(from, to))).toBe(true);
    expect(await readdir(folder)).toEqual(['abc.png']);
    expect(await readFile(to, 'utf8')).toBe('content');
  });
});
