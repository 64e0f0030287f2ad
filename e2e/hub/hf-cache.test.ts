import { createHash } from 'node:crypto';
import { lstat, mkdir, readFile, readdir, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { HubSource } from '../../src-main/sources/index.ts';
import { type Setting, createSetting, sampleBytes } from './setting.ts';

const PATH = 'dataset/train/a.nii.gz';
const bytes = sampleBytes(500_000);
const sha256 = createHash('sha256').update(bytes).digest('hex');
const files = [{ path: PATH, content: bytes }];

interface CacheSetting {
  readonly source: HubSource;
  readonly cache: string;
  readonly repository: string;
  readonly raw: string;
}

async function withCache(setting: Setting, options: { offline?: boolean } = {}): Promise<CacheSetting> {
  const cache = join(setting.directory, 'hub');
  const repository = join(cache, 'datasets--larder--volumes');
  await mkdir(join(repository, 'blobs'), { recursive: true });
  const source = await setting.newSource({ hfCacheDirectories: [cache], ...options });
  return { source, cache, repository, raw: join(setting.directory, 'raw') };
}

async function fetchFrom(setting: Setting, { source, raw }: CacheSetting): Promise<{ path: string; owned: boolean; bytesDownloaded: number }> {
  const file = (await source.list([PATH], setting.signal)).files.get(PATH)!;
  return source.fetch(file, { directory: raw, signal: setting.signal });
}

test('a blob of the dataset is used in place after one check, and never touched', async () => {
  await using setting = await createSetting({ files });
  const used = await withCache(setting);
  const blob = join(used.repository, 'blobs', sha256);
  await writeFile(blob, bytes);
  const before = await lstat(blob);
  expect((await used.source.list([PATH], setting.signal)).files.get(PATH)?.localPath).toBe(blob);
  expect(await fetchFrom(setting, used)).toEqual({ path: blob, owned: false, bytesDownloaded: 0 });
  expect(setting.double.storageBytes()).toBe(0);
  expect((await lstat(blob)).mtimeMs).toBe(before.mtimeMs);
  expect(await readdir(join(used.repository, 'blobs'))).toEqual([sha256]);
});

test('the check is remembered by a later run, and made again when the file changes', async () => {
  await using setting = await createSetting({ files });
  const used = await withCache(setting);
  const blob = join(used.repository, 'blobs', sha256);
  await writeFile(blob, bytes);
  await fetchFrom(setting, used);
  const states: string[] = [];
  const later = await withCache(setting);
  const file = (await later.source.list([PATH], setting.signal)).files.get(PATH)!;
  await later.source.fetch(file, { directory: later.raw, signal: setting.signal, onProgress: ({ state }) => states.push(state) });
  expect(states).toEqual(['reused']);
  await writeFile(blob, sampleBytes(500_000, 'another'));
  await utimes(blob, new Date(0), new Date(0));
  expect(await fetchFrom(setting, later)).toMatchObject({ owned: true, bytesDownloaded: 500_000 });
});

test('a name proves nothing: wrong content of the right size is downloaded instead', async () => {
  await using setting = await createSetting({ files });
  const used = await withCache(setting);
  const blob = join(used.repository, 'blobs', sha256);
  await writeFile(blob, Buffer.alloc(500_000));
  const fetched = await fetchFrom(setting, used);
  expect(fetched.owned).toBe(true);
  expect(await readFile(fetched.path)).toEqual(bytes);
  expect(await readFile(blob)).toEqual(Buffer.alloc(500_000));
});

const places: readonly [string, (used: CacheSetting) => string][] = [
  ['a snapshot of another commit (symlinks off)', ({ repository }) => join(repository, 'snapshots', 'c'.repeat(40), PATH)],
  ['another dataset of the cache', ({ cache }) => join(cache, 'datasets--other--name', 'blobs', sha256)],
];

test.each(places)('%s is used', async (_, place) => {
  await using setting = await createSetting({ files });
  const used = await withCache(setting);
  const path = place(used);
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(path, bytes);
  expect(await fetchFrom(setting, used)).toMatchObject({ path, owned: false });
});

test('a blob that is a link into the shared store is used', async () => {
  await using setting = await createSetting({ files });
  const used = await withCache(setting);
  await mkdir(join(used.cache, 'blobs', 'ab'), { recursive: true });
  await writeFile(join(used.cache, 'blobs', 'ab', 'ab12'), bytes);
  await symlink(join('..', '..', 'blobs', 'ab', 'ab12'), join(used.repository, 'blobs', sha256));
  expect(await fetchFrom(setting, used)).toMatchObject({ owned: false, bytesDownloaded: 0 });
});

test('a folder of the user is used', async () => {
  await using setting = await createSetting({ files });
  const folder = join(setting.directory, 'mine');
  await mkdir(join(folder, 'dataset/train'), { recursive: true });
  await writeFile(join(folder, PATH), bytes);
  const source = await setting.newSource({}, { localDirectories: [folder] });
  const used = { source, cache: '', repository: '', raw: join(setting.directory, 'raw') };
  expect(await fetchFrom(setting, used)).toEqual({ path: join(folder, PATH), owned: false, bytesDownloaded: 0 });
});

test('a copy that disappears between listing and fetching is downloaded', async () => {
  await using setting = await createSetting({ files });
  const used = await withCache(setting);
  const blob = join(used.repository, 'blobs', sha256);
  await writeFile(blob, bytes);
  const file = (await used.source.list([PATH], setting.signal)).files.get(PATH)!;
  await rm(blob);
  expect(await used.source.fetch(file, { directory: used.raw, signal: setting.signal })).toMatchObject({ owned: true });
});

test("downloads inside Hugging Face's cache are refused", async () => {
  await using setting = await createSetting({ files });
  const used = await withCache(setting);
  const file = (await used.source.list([PATH], setting.signal)).files.get(PATH)!;
  for (const directory of [used.cache, join(used.repository, 'blobs')]) {
    await expect(used.source.fetch(file, { directory, signal: setting.signal })).rejects.toMatchObject({ code: 'PATH_REFUSED' });
  }
});

test('offline: listed from the stored tree, used from the cache, the rest refused, no request made', async () => {
  await using setting = await createSetting({ files });
  const used = await withCache(setting, { offline: true });
  await expect(used.source.list([PATH], setting.signal)).rejects.toMatchObject({ code: 'OFFLINE' });
  const commit = 'd'.repeat(40);
  for (const folder of ['refs', 'trees']) await mkdir(join(used.repository, folder));
  await writeFile(join(used.repository, 'refs', 'main'), commit);
  const tree = { [PATH]: { size: 500_000, blob_id: 'e'.repeat(40), lfs_sha256: sha256, lfs_size: 500_000 }, 'b.txt': { size: 3, blob_id: 'f'.repeat(40) } };
  await writeFile(join(used.repository, 'trees', `${commit}.json`), JSON.stringify({ format_version: 1, files: tree }));
  await writeFile(join(used.repository, 'blobs', sha256), bytes);
  const listing = await used.source.list([PATH, 'b.txt', 'c.txt'], setting.signal);
  expect(listing).toMatchObject({ revision: commit, missing: ['c.txt'] });
  expect(await fetchFrom(setting, used)).toMatchObject({ owned: false, bytesDownloaded: 0 });
  const other = listing.files.get('b.txt')!;
  await expect(used.source.fetch(other, { directory: used.raw, signal: setting.signal })).rejects.toMatchObject({ code: 'OFFLINE' });
  expect(setting.double.requests).toEqual([]);
});

test('a stored tree of a later format is not guessed at', async () => {
  await using setting = await createSetting({ files });
  const used = await withCache(setting, { offline: true });
  const commit = 'd'.repeat(40);
  for (const folder of ['refs', 'trees']) await mkdir(join(used.repository, folder));
  await writeFile(join(used.repository, 'refs', 'main'), commit);
  await writeFile(join(used.repository, 'trees', `${commit}.json`), JSON.stringify({ format_version: 2, files: {} }));
  await expect(used.source.list([PATH], setting.signal)).rejects.toMatchObject({ code: 'OFFLINE' });
});
