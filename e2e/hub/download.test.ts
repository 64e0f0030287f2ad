import { readFile, readdir } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { expect, test } from 'vitest';
import { createSetting, sampleBytes } from './setting.ts';

const VOLUME = 'dataset/train/train_1/train_1_a/train_1_a_1.nii.gz';
const ODD = 'dataset/a b+c%#1.nii.gz';
const bytes = sampleBytes(3_000_000);

test('a stored file: one request to the Hub, one to the storage, the token only to the Hub', async () => {
  await using setting = await createSetting({ files: [{ path: VOLUME, content: bytes }] });
  const file = await setting.find(VOLUME);
  setting.double.clearRequests();
  const fetched = await setting.source.fetch(file, { directory: setting.directory, signal: setting.signal });
  expect(await readFile(fetched.path)).toEqual(bytes);
  expect(fetched).toMatchObject({ owned: true, bytesDownloaded: bytes.length });
  expect(basename(fetched.path)).toBe(`${file.digest.hex}-3000000.nii.gz`);
  expect(dirname(fetched.path)).toBe(setting.directory);
  expect(setting.double.requests.map((entry) => [entry.listener, entry.method, entry.range, entry.hasAuthorization])).toEqual([
    ['hub', 'GET', undefined, true],
    ['storage', 'GET', undefined, false],
  ]);
  expect(setting.double.requests[0]?.userAgent).toMatch(/^larder\/\d/);
});

test('nothing but the file and its record is left', async () => {
  await using setting = await createSetting({ files: [{ path: VOLUME, content: bytes }] });
  const fetched = await setting.fetch(VOLUME);
  const stem = basename(fetched.path, '.nii.gz');
  expect((await readdir(setting.directory)).sort()).toEqual([`${stem}.json`, `${stem}.nii.gz`]);
});

test('progress adds up to the size', async () => {
  await using setting = await createSetting({ files: [{ path: VOLUME, content: bytes }] });
  await setting.fetch(VOLUME);
  expect(setting.events.reduce((sum, event) => sum + event.bytes, 0)).toBe(bytes.length);
  expect(new Set(setting.events.map((event) => event.state))).toEqual(new Set(['resolving', 'receiving', 'verifying']));
});

test.each(['git', 'git-cached'] as const)('a small file kept as %s comes from the Hub, judged by its git sha1', async (storedAs) => {
  await using setting = await createSetting({ files: [{ path: 'README.md', content: Buffer.from('hello\n'), storedAs }] });
  const file = await setting.find('README.md');
  // printf 'hello\n' | git hash-object --stdin
  expect(file.digest).toEqual({ algorithm: 'git-sha1', hex: 'ce013625030ba8dba906f756967f9e9ca394464a' });
  const fetched = await setting.fetch('README.md');
  expect(await readFile(fetched.path, 'utf8')).toBe('hello\n');
  expect(setting.double.requests.every((entry) => entry.listener === 'hub')).toBe(true);
});

test('an empty file, and a path with every awkward character', async () => {
  const files = [{ path: 'empty.bin', content: Buffer.alloc(0) }, { path: ODD, content: bytes.subarray(0, 1000) }];
  await using setting = await createSetting({ files });
  expect(await readFile((await setting.fetch('empty.bin')).path)).toHaveLength(0);
  expect(await readFile((await setting.fetch(ODD)).path)).toEqual(bytes.subarray(0, 1000));
  expect(setting.double.requests.at(-2)?.path).toBe('/datasets/larder/volumes/resolve/' + setting.double.commit + '/dataset/a%20b%2Bc%25%231.nii.gz');
});

test('a finished file is used again without network, also by a later run', async () => {
  await using setting = await createSetting({ files: [{ path: VOLUME, content: bytes }] });
  const file = await setting.find(VOLUME);
  const first = await setting.fetch(VOLUME);
  setting.double.clearRequests();
  const later = await setting.newSource();
  const again = await later.fetch(file, { directory: setting.directory, signal: setting.signal });
  expect(again).toEqual({ path: first.path, owned: true, bytesDownloaded: 0 });
  expect(setting.double.requests).toEqual([]);
});

test('two calls for one content share one download', async () => {
  await using setting = await createSetting({ files: [{ path: VOLUME, content: bytes }, { path: 'copy/of/it.nii.gz', content: bytes }] });
  const listing = await setting.source.list([VOLUME, 'copy/of/it.nii.gz'], setting.signal);
  const fetched = await Promise.all([...listing.files.values()].map((file) => setting.source.fetch(file, { directory: setting.directory, signal: setting.signal })));
  expect(new Set(fetched.map((one) => one.path)).size).toBe(1);
  expect(setting.double.storageBytes()).toBe(bytes.length);
});

test('a renamed dataset and a mirror hop are followed with the token', async () => {
  await using setting = await createSetting({ files: [{ path: VOLUME, content: bytes }], formerIds: ['old/name'] });
  setting.double.failHub(VOLUME, { attempts: [{ kind: 'hop' }] });
  const source = await setting.newSource({}, { repoId: 'old/name' });
  const file = (await source.list([VOLUME], setting.signal)).files.get(VOLUME);
  const fetched = await source.fetch(file!, { directory: setting.directory, signal: setting.signal });
  expect(await readFile(fetched.path)).toEqual(bytes);
  expect(setting.double.requests.filter((entry) => entry.listener === 'hub').every((entry) => entry.hasAuthorization)).toBe(true);
  expect(setting.double.requests.filter((entry) => entry.listener === 'storage').some((entry) => entry.hasAuthorization)).toBe(false);
});

test('the bandwidth cap holds', async () => {
  await using setting = await createSetting({ files: [{ path: VOLUME, content: bytes.subarray(0, 400_000) }], source: { maxBytesPerSecond: 800_000 } });
  const startMs = Date.now();
  await setting.fetch(VOLUME);
  // 400 kB at 800 kB/s are half a second; the last piece is waited for, too.
  expect(Date.now() - startMs).toBeGreaterThan(450);
});

test('cancelling keeps the partial, and the next call goes on from it', async () => {
  await using setting = await createSetting({ files: [{ path: VOLUME, content: bytes }], bytesPerSecond: 4_000_000 });
  const file = await setting.find(VOLUME);
  const abort = new AbortController();
  const cancelled = setting.source.fetch(file, {
    directory: setting.directory,
    signal: abort.signal,
    onProgress: ({ state }) => {
      if (state === 'receiving' && setting.double.storageBytes() > 1_000_000) abort.abort();
    },
  });
  await expect(cancelled).rejects.toMatchObject({ code: 'CANCELLED' });
  setting.double.setBytesPerSecond(Number.POSITIVE_INFINITY);
  const fetched = await setting.fetch(VOLUME);
  expect(await readFile(fetched.path)).toEqual(bytes);
  expect(fetched.bytesDownloaded).toBeLessThan(bytes.length - 700_000);
  const resumed = setting.events.find((event) => event.resumedBytes !== undefined)?.resumedBytes ?? 0;
  expect(resumed + fetched.bytesDownloaded).toBe(bytes.length);
});
