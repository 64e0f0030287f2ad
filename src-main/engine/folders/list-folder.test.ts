import { chmod, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FolderListing, FolderRequest } from '../../contract/folders.ts';
import { FOLDER_ROWS_MAX } from '../../contract/folders.ts';
import type { Cache, Catalog } from '../../catalog/index.ts';
import { listFolder } from './list-folder.ts';
import { findPlaces } from './places.ts';

const KEY = 'a'.repeat(32);
const NOBODY = 65_534;
const SIGNAL = new AbortController().signal;

let folder: string;
let open: string;
let secret: string;
beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'larder-folders-')));
  [open, secret] = [join(folder, 'open'), join(folder, 'secret')];
  for (const name of ['scan 10', 'scan 2', '.hidden', 'ct cache/of python', 'lines', 'fonts', 'deep/er']) await mkdir(join(open, name), { recursive: true });
  await mkdir(join(secret, 'inner'), { recursive: true });
  await Promise.all(['ct cache/of python/.keep', `ct cache/${KEY}.pt`, 'lines/train_0.txt', 'fonts/A.ttf', 'config.yaml', 'list.csv', 'notes.txt', 'ca.pem', 'raw.nii.gz'].map((name) => writeFile(join(open, name), '')));
  await symlink(secret, join(open, 'out'));
  await symlink('nothing', join(open, 'broken'));
  await symlink('loop', join(open, 'loop'));
  await symlink(join(open, 'deep'), join(open, 'in'));
  await symlink(join(secret, 'x.yaml'), join(open, 'out.yaml'));
  await writeFile(join(secret, 'x.yaml'), '');
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

function catalogWith(...caches: readonly { readonly directory: string; readonly label: string | null }[]): Catalog {
  return { caches: { list: () => caches as readonly Cache[] } } as Partial<Catalog> as Catalog;
}
async function list(request: FolderRequest, roots: readonly string[] = [open], cwd = open): Promise<FolderListing> {
  return await listFolder(await findPlaces({ catalog: catalogWith(), cwd }, roots), cwd, request, SIGNAL);
}
const names = ({ rows }: FolderListing): readonly string[] => rows.map(({ name }) => name);

describe('a folder that is listed', () => {
  it('shows folders as people count, says what they hold, and no files unless they are wanted', async () => {
    const listing = await list({ path: null });
    expect(names(listing)).toEqual(['ct cache', 'deep', 'fonts', 'in', 'lines', 'scan 2', 'scan 10', '.hidden']);
    expect(Object.fromEntries(listing.rows.map(({ name, holds }) => [name, holds]))).toMatchObject({ 'ct cache': 'cache', fonts: 'fonts', lines: 'corpus', deep: undefined });
    expect(listing).toMatchObject({ path: open, linksOut: 2, leftOff: 0, isCut: false });
    expect((await list({ path: join(open, 'ct cache') })).holds).toBe('cache');
  });

  it('shows the files that are wanted after the folders', async () => {
    const files = async (wanted: 'config' | 'file' | 'certificates'): Promise<readonly string[]> => (await list({ path: null, files: wanted })).rows.filter(({ kind }) => kind === 'file').map(({ name }) => name);
    expect(await files('config')).toEqual(['config.yaml']);
    expect(await files('file')).toEqual(['config.yaml', 'list.csv', 'raw.nii.gz']);
    expect(await files('certificates')).toEqual(['ca.pem']);
  });

  it('is found by a file in it, by a relative path, and through a link that stays inside', async () => {
    expect((await list({ path: join(open, 'config.yaml'), files: 'config' })).path).toBe(open);
    expect((await list({ path: 'deep' })).path).toBe(join(open, 'deep'));
    const linked = await list({ path: join(open, 'in') });
    expect(linked.parts.map(({ name }) => name)).toEqual([open, 'in']);
    expect(names(linked)).toEqual(['er']);
    expect((await list({ path: 'deep/er' })).parts).toEqual([{ name: open, path: open }, { name: 'deep', path: join(open, 'deep') }, { name: 'er', path: join(open, 'deep', 'er') }]);
  });

  it('can be narrowed to names with a text in them', async () => {
    expect(names(await list({ path: null, text: 'SCAN' }))).toEqual(['scan 2', 'scan 10']);
  });

  it('of many names shows the first, and how many more there are', async () => {
    const many = join(open, 'many');
    await mkdir(many);
    await Promise.all(Array.from({ length: FOLDER_ROWS_MAX + 5 }, (_, index) => mkdir(join(many, String(index).padStart(5, '0')))));
    const listing = await list({ path: many });
    expect([listing.rows.length, listing.leftOff, listing.isCut]).toEqual([FOLDER_ROWS_MAX, 5, false]);
    expect(names(listing).slice(0, 2)).toEqual(['00000', '00001']);
    expect(names(await list({ path: many, text: '02004' }))).toEqual(['02004']);
    await rm(many, { recursive: true });
  });
});

describe('a folder that is refused', () => {
  it.each([
    ['beside the places', () => secret],
    ['above them', () => join(open, '..')],
    ['by a way around', () => join(open, 'deep') + '/../../secret'],
    ['of a name that begins like theirs', () => `${open} too`],
    ['behind a link that leads out', () => join(open, 'out')],
    ['further behind it', () => join(open, 'out', 'inner')],
    ['not there, behind it', () => join(open, 'out', 'nothing')],
    ['a file behind a link', () => join(open, 'out.yaml')],
    ['the root', () => '/'],
    ['relative', () => '../secret'],
    ['not there at all, outside', () => '/nothing/of/this'],
  ])('%s', async (_what, path) => {
    await expect(list({ path: path() })).rejects.toMatchObject({ code: 'PATH_REFUSED', hint: expect.stringContaining('--root DIR') });
  });

  it('or missing, or without permission, says so', async () => {
    await expect(list({ path: 'nothing' })).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
    await expect(list({ path: 'broken' })).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
    await expect(list({ path: null }, [join(folder, 'gone')])).rejects.toMatchObject({ code: 'PATH_REFUSED' });
  });

  it('because it may not be read says so, and its neighbours are shown', async () => {
    const closed = join(open, 'closed');
    await mkdir(closed);
    await chmod(closed, 0);
    // Nothing is closed to root; whoever runs the tests as root looks as somebody else.
    const isRoot = process.geteuid?.() === 0;
    await chmod(folder, 0o755);
    if (isRoot) process.seteuid?.(NOBODY);
    try {
      expect(names(await list({ path: null }))).toEqual(expect.arrayContaining(['closed', 'deep']));
      await expect(list({ path: closed })).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
    } finally {
      if (isRoot) process.seteuid?.(0);
      await chmod(closed, 0o700);
      await rm(closed, { recursive: true });
    }
  });
});

describe('where one may look', () => {
  it('is at home, where Larder was started, and in known caches that lie elsewhere', async () => {
    const [inside, outside] = [join(open, 'ct cache'), join(secret, 'inner')];
    const places = await findPlaces({ catalog: catalogWith({ directory: inside, label: 'A' }, { directory: outside, label: 'B' }, { directory: join(folder, 'gone'), label: 'C' }, { directory: join(secret), label: null }), cwd: open }, undefined);
    expect(places.map(({ name }) => name)).toEqual(['Home', 'Started in', 'B', 'secret']);
    expect(places[0]!.path).toBe(homedir());
    expect((await listFolder(places, open, { path: outside }, SIGNAL)).parts.map(({ path }) => path)).toEqual([secret, outside]);
  });

  it('is below the roots that were named alone, which may be links', async () => {
    const link = join(folder, 'link to open');
    await symlink(open, link);
    const listing = await list({ path: null }, [link]);
    expect(listing).toMatchObject({ path: link, places: [{ path: link }] });
    expect(listing.rows[0]!.path).toBe(join(link, 'ct cache'));
    await expect(list({ path: homedir() }, [link])).rejects.toMatchObject({ code: 'PATH_REFUSED' });
    expect((await list({ path: open }, [link])).path).toBe(open);
  });
});
