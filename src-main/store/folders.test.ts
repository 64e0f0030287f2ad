import { mkdir, mkdtemp, readFile, readdir, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isMarkHeld, takeMark } from './claims.ts';
import { assertOwnFolders, inFolder, makeFolder, removeFile, removeIfEmpty } from './folders.ts';
import { cacheLayout } from './layout.ts';
import type { CacheLayout } from './layout.ts';
import { currentOwner } from './owner.ts';

let root: string;
let layout: CacheLayout;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'larder-folders-'));
  layout = cacheLayout(join(root, 'cache'));
});
afterEach(() => rm(root, { recursive: true }));

describe('own folders', () => {
  it('may be absent or real', async () => {
    await assertOwnFolders(layout);
    await mkdir(layout.raw, { recursive: true });
    await mkdir(layout.quarantine);
    await assertOwnFolders(layout);
  });

  it.each(['privateDirectory', 'staging', 'claims', 'quarantine', 'raw'] as const)('may not be a link: %s', async (place) => {
    const elsewhere = join(root, 'elsewhere');
    await mkdir(elsewhere);
    await mkdir(place === 'privateDirectory' ? layout.directory : layout.privateDirectory, { recursive: true });
    await symlink(elsewhere, layout[place]);
    await expect(assertOwnFolders(layout)).rejects.toMatchObject({ code: 'PATH_REFUSED', details: { path: layout[place] } });
  });

  it('and those of the entries may not be links either', async () => {
    await mkdir(join(root, 'elsewhere'));
    await mkdir(layout.directory);
    await symlink(join(root, 'elsewhere'), join(layout.directory, 'images'));
    await expect(assertOwnFolders(layout, ['', 'images'])).rejects.toMatchObject({ code: 'PATH_REFUSED', details: { path: join(layout.directory, 'images') } });
    await assertOwnFolders(layout, ['', 'metadata']);
  });

  it('may not hold links among the downloads', async () => {
    await mkdir(layout.raw, { recursive: true });
    await symlink(join(root, 'anything'), join(layout.raw, 'x.part'));
    await expect(assertOwnFolders(layout)).rejects.toMatchObject({ code: 'PATH_REFUSED', details: { path: `${layout.raw}/x.part` } });
  });
});

describe('making and removing', () => {
  it('makes what is missing above, and minds nothing that is there', async () => {
    const deep = join(root, 'a', 'b', 'c');
    await makeFolder(deep);
    await makeFolder(deep);
    expect((await stat(deep)).isDirectory()).toBe(true);
  });

  it('tells what is in the way', async () => {
    await writeFile(join(root, 'file'), '');
    await expect(makeFolder(join(root, 'file', 'a'))).rejects.toMatchObject({ code: 'ENOTDIR' });
  });

  it('makes a folder again that was removed before it was used', async () => {
    const folder = join(root, 'shared');
    let tries = 0;
    await inFolder(folder, async () => {
      if (++tries === 1) await rm(folder, { recursive: true });
      await writeFile(join(folder, 'x'), '');
    });
    expect(tries).toBe(2);
    expect(await readdir(folder)).toEqual(['x']);
  });

  it('removes a link, not what it leads to, and only empty folders', async () => {
    await writeFile(join(root, 'target'), 'kept');
    await symlink(join(root, 'target'), join(root, 'link'));
    await removeFile(join(root, 'link'));
    await removeFile(join(root, 'link'));
    await removeIfEmpty(root);
    expect(await readdir(root)).toEqual(['target']);
  });
});

describe('marks that a full disk left half-written', () => {
  it('count as held for a minute, and then as nobody\'s', async () => {
    await mkdir(layout.claims, { recursive: true });
    const mark = join(layout.claims, 'key');
    await writeFile(mark, '');
    expect(await isMarkHeld(mark)).toBe(true);
    expect(await takeMark(mark, currentOwner())).toBe(false);
    const longAgo = new Date(Date.now() - 61_000);
    await utimes(mark, longAgo, longAgo);
    expect(await takeMark(mark, currentOwner())).toBe(true);
    expect(await readdir(layout.claims)).toEqual(['key']);
  });

  it('are nobody\'s at once where they are links, which Larder makes none of', async () => {
    await mkdir(layout.claims, { recursive: true });
    const mark = join(layout.claims, 'key');
    await writeFile(join(root, 'target'), 'kept');
    await symlink(join(root, 'target'), mark);
    expect(await isMarkHeld(mark)).toBe(false);
    expect(await takeMark(mark, currentOwner())).toBe(true);
    expect(await readdir(layout.claims)).toEqual(['key']);
    expect(await readFile(join(root, 'target'), 'utf8')).toBe('kept');
  });
});
