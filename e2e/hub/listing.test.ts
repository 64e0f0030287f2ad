import { expect, test } from 'vitest';
import { createSetting, sampleBytes } from './setting.ts';

const many = Array.from({ length: 1200 }, (_, index) => ({ path: `dataset/train/train_${index}.nii.gz`, content: Buffer.from(`volume ${index}`) }));
const paths = many.map((file) => file.path);

test('1,200 paths go in three requests; what is not there is listed, in order', async () => {
  await using setting = await createSetting({ files: many });
  const listing = await setting.source.list([...paths, 'dataset/z.nii.gz', 'dataset/y.nii.gz', paths[0]!], setting.signal);
  expect([...listing.files.keys()]).toEqual(paths);
  expect(listing.missing).toEqual(['dataset/z.nii.gz', 'dataset/y.nii.gz']);
  expect(listing).toMatchObject({ id: 'larder/volumes', revision: setting.double.commit });
  expect(setting.double.requests.map((entry) => entry.method)).toEqual(['GET', 'POST', 'POST', 'POST']);
  // printf 'volume 7' | sha256sum
  expect(listing.files.get('dataset/train/train_7.nii.gz')).toMatchObject({ sizeBytes: 8, digest: { algorithm: 'sha256' } });
});

test('a folder is not a file', async () => {
  await using setting = await createSetting({ files: many.slice(0, 2) });
  expect((await setting.source.list(['dataset/train'], setting.signal)).missing).toEqual(['dataset/train']);
});

test('the tree is followed page by page, folders left out', async () => {
  await using setting = await createSetting({ files: [...many.slice(0, 25), { path: 'README.md', content: Buffer.from('#'), storedAs: 'git' }], pageSize: 10 });
  expect((await setting.source.listFolder('', setting.signal)).files.size).toBe(26);
  expect((await setting.source.listFolder('dataset/train', setting.signal)).files.size).toBe(25);
  expect(setting.double.requests.map((entry) => entry.path)).toContain(`/api/datasets/larder/volumes/tree/${setting.double.commit}/dataset%2Ftrain`);
});

test('the first page is retried after 429 and 503', async () => {
  await using setting = await createSetting({ files: many.slice(0, 5) });
  setting.double.failHub('tree', { attempts: [{ kind: 'status', status: 429, headers: { 'retry-after': '0' } }, { kind: 'status', status: 503 }, { kind: 'reset' }] });
  expect((await setting.source.listFolder('', setting.signal)).files.size).toBe(5);
});

test('a repeated cursor ends the listing with an error, not never', async () => {
  await using setting = await createSetting({ files: many.slice(0, 25), pageSize: 10 });
  setting.double.failHub('tree', { attempts: [undefined], afterwards: { kind: 'repeat-cursor' } });
  await expect(setting.source.listFolder('', setting.signal)).rejects.toMatchObject({ code: 'SOURCE_WRONG_CONTENT', message: expect.stringContaining('circle') });
});

test('an unknown type of entry is skipped', async () => {
  await using setting = await createSetting({ files: many.slice(0, 3) });
  setting.double.failHub('tree', { attempts: [{ kind: 'unknown-type' }] });
  expect((await setting.source.listFolder('', setting.signal)).files.size).toBe(3);
});

test('a next page on another host is refused', async () => {
  await using setting = await createSetting({ files: many.slice(0, 3) });
  setting.double.failHub('tree', { attempts: [{ kind: 'foreign-next', origin: setting.double.storageOrigin }] });
  await expect(setting.source.listFolder('', setting.signal)).rejects.toMatchObject({ code: 'SOURCE_WRONG_CONTENT', message: expect.stringContaining('another host') });
  expect(setting.double.requests.some((entry) => entry.listener === 'storage')).toBe(false);
});

test('a next page on the default endpoint is moved to the configured one', async () => {
  await using setting = await createSetting({ files: many.slice(0, 3) });
  const { commit } = setting.double;
  const entry = JSON.stringify([{ type: 'file', path: 'first.bin', oid: 'a'.repeat(40), size: 1 }]);
  const link = `<https://huggingface.co/api/datasets/larder/volumes/tree/${commit}?cursor=0>; rel="next"`;
  setting.double.failHub('tree', { attempts: [{ kind: 'status', status: 200, headers: { link }, body: entry }] });
  expect([...(await setting.source.listFolder('', setting.signal)).files.keys()]).toEqual(['first.bin', ...paths.slice(0, 3)]);
});

test('a path that would leave the repository is refused, asked for or listed', async () => {
  await using setting = await createSetting({ files: many.slice(0, 1) });
  for (const path of ['../a', 'a/../../b', '/etc/passwd', 'C:\\a', '\\\\host\\a', 'a\0b', '', 'a//b', 'a\\..\\b']) {
    await expect(setting.source.list([path], setting.signal), path).rejects.toMatchObject({ code: 'PATH_REFUSED' });
  }
  expect(setting.double.requests.filter((entry) => entry.method === 'POST')).toEqual([]);
  const body = JSON.stringify([{ type: 'file', path: '../evil', oid: 'a'.repeat(40), size: 1 }]);
  setting.double.failHub('tree', { attempts: [{ kind: 'status', status: 200, body }] });
  await expect(setting.source.listFolder('', setting.signal)).rejects.toMatchObject({ code: 'PATH_REFUSED' });
});

test('digests hidden from this account: sizes can be planned, a download says why not', async () => {
  await using setting = await createSetting({ files: many.slice(0, 1) });
  setting.double.failHub('paths-info', { attempts: [], afterwards: { kind: 'mask-digests' } });
  const file = await setting.find(paths[0]!);
  expect(file).toMatchObject({ sizeBytes: 8, digest: { algorithm: 'sha256', hex: '' } });
  await expect(setting.source.fetch(file, { directory: setting.directory, signal: setting.signal })).rejects.toMatchObject({ code: 'SOURCE_GATED' });
});

test('an answer that is no listing is said to be none', async () => {
  await using setting = await createSetting({ files: many.slice(0, 1) });
  for (const body of ['not json', '{"a":1}', '[{"type":"file","path":"x"}]', '[{"type":"file","path":"x","oid":"zz","size":1}]']) {
    setting.double.failHub('paths-info', { attempts: [{ kind: 'status', status: 200, body }] });
    await expect(setting.source.list([paths[0]!], setting.signal), body).rejects.toMatchObject({ code: 'SOURCE_WRONG_CONTENT' });
  }
});

test('the commit is resolved once: a moved branch does not mix two versions', async () => {
  const path = 'a.nii.gz';
  await using setting = await createSetting({ files: [{ path, content: sampleBytes(1000, 'old') }] });
  const before = await setting.find(path);
  const commit = setting.double.commit;
  await setting.double.publish([{ path, content: sampleBytes(1000, 'new') }]);
  expect((await setting.source.list([path], setting.signal)).revision).toBe(commit);
  const fetched = await setting.source.fetch(before, { directory: setting.directory, signal: setting.signal });
  expect(fetched.bytesDownloaded).toBe(1000);
  const later = await setting.newSource();
  expect((await later.list([path], setting.signal)).revision).toBe(setting.double.commit);
});

test('a counted quota: the gate closes for all at its end, and everything arrives', async () => {
  const some = many.slice(0, 40);
  await using setting = await createSetting({ files: some, quotas: { resolvers: { limit: 15, windowSeconds: 1 } }, source: { concurrency: 16 } });
  const listing = await setting.source.list(some.map((file) => file.path), setting.signal);
  const fetched = await Promise.all([...listing.files.values()].map((file) => setting.source.fetch(file, { directory: setting.directory, signal: setting.signal })));
  expect(fetched).toHaveLength(40);
  const refused = setting.double.requests.filter((entry) => entry.status === 429).length;
  // Requests already under way when the window closes may be refused, never a whole window of them.
  expect(refused).toBeLessThan(16);
});
