import fs from 'node:fs';
import { link, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { moveToFreeName, publishFile } from './index.ts';

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

describe('a staged file whose name is taken', () => {
  /** Somebody takes the file away before it is looked at, so many times, and has put it back when the name is tried. */
  async function withFileTakenAway(path: string, times: number, work: () => Promise<void>): Promise<number> {
    const { link: realLink, lstat: realLstat } = fs.promises;
    let taken = 0;
    Object.assign(fs.promises, {
      link: async (from: string, to: string) => {
        if (to === path && taken < times) fs.writeFileSync(path, 'theirs');
        await realLink(from, to);
      },
      lstat: async (asked: string) => {
        if (asked === path && taken++ < times) fs.rmSync(path);
        return await realLstat(asked);
      },
    });
    syncBuiltinESMExports();
    try {
      await work();
      return taken;
    } finally {
      Object.assign(fs.promises, { link: realLink, lstat: realLstat });
      syncBuiltinESMExports();
    }
  }

  it('takes it where what was there has gone since', async () => {
    const [staged, final] = [join(folder, 'staged'), join(folder, 'final.pt')];
    await writeFile(staged, 'ours');
    await withFileTakenAway(final, 1, async () => expect(await publishFile(staged, final)).toBe(true));
    expect(await readdir(folder)).toEqual(['final.pt']);
    expect(await readFile(final, 'utf8')).toBe('ours');
  });

  it('is not published where that happens again and again, and says so', async () => {
    const [staged, final] = [join(folder, 'staged'), join(folder, 'final.pt')];
    await writeFile(staged, 'ours');
    const taken = await withFileTakenAway(final, Infinity, async () => {
      await expect(publishFile(staged, final)).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
    });
    expect([taken, await readFile(staged, 'utf8')]).toEqual([4, 'ours']);
  });
});
