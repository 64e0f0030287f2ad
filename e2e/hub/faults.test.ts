import { readFile, readdir, symlink, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import type { HubFault, StorageFault } from './index.ts';
import { stopsTheBatch } from '../../src-main/sources/index.ts';
import { IMPATIENT, type Setting, createSetting, sampleBytes, sha256Of } from './setting.ts';

const PATH = 'dataset/train/a_1.nii.gz';
const SIZE = 3 << 20;
const bytes = sampleBytes(SIZE);
const sha256 = createHash('sha256').update(bytes).digest('hex');
const files = [{ path: PATH, content: bytes }];

function expectedPart(directory: string): { part: string; record: string } {
  const base = join(directory, `${sha256}-${SIZE}`);
  return { part: `${base}.part`, record: `${base}.json` };
}

async function fetchWith(setting: Setting, faults: { hub?: readonly (HubFault | undefined)[]; storage?: readonly (StorageFault | undefined)[] }): Promise<{ bytesDownloaded: number; reasons: string[] }> {
  setting.double.failHub(PATH, { attempts: faults.hub ?? [] });
  setting.double.failStorage(PATH, { attempts: faults.storage ?? [] });
  const fetched = await setting.fetch(PATH);
  expect(await sha256Of(fetched.path)).toBe(sha256);
  return { bytesDownloaded: fetched.bytesDownloaded, reasons: setting.events.flatMap((event) => event.reason ?? []) };
}

const limited: HubFault = { kind: 'status', status: 429, headers: { ratelimit: '"resolvers";r=0;t=1' } };

test('429 with RateLimit closes the gate for all workers, and nothing fails', async () => {
  const others = Array.from({ length: 4 }, (_, index) => ({ path: `other/${index}.nii.gz`, content: sampleBytes(1000, `other ${index}`) }));
  await using setting = await createSetting({ files: [...files, ...others] });
  const listing = await setting.source.list([PATH, ...others.map((file) => file.path)], setting.signal);
  setting.double.failHub(PATH, { attempts: [limited] });
  const startMs = Date.now();
  const started = [...listing.files.values()].map((file) => setting.source.fetch(file, { directory: setting.directory, signal: setting.signal }));
  await Promise.all(started);
  expect(Date.now() - startMs).toBeGreaterThan(1000);
  const resolves = setting.double.requests.filter((entry) => entry.path.includes('/resolve/'));
  const refusedAtMs = resolves.find((entry) => entry.status === 429)?.atMs ?? 0;
  const tooEarly = resolves.filter((entry) => entry.atMs > refusedAtMs + 400 && entry.atMs < refusedAtMs + 1000);
  expect(tooEarly).toEqual([]);
});

test('429 with Retry-After only is waited out', async () => {
  await using setting = await createSetting({ files });
  const startMs = Date.now();
  const { reasons } = await fetchWith(setting, { hub: [{ kind: 'status', status: 429, headers: { 'retry-after': '1' } }] });
  expect(Date.now() - startMs).toBeGreaterThan(1000);
  expect(reasons[0]).toMatch(/^Hugging Face's request limit is reached; resuming by itself in \d s\.$/);
});

test('429 without end asks the user after three windows', async () => {
  await using setting = await createSetting({ files });
  setting.double.failHub(PATH, { attempts: [], afterwards: { kind: 'status', status: 429 } });
  const failure = setting.fetch(PATH);
  await expect(failure).rejects.toMatchObject({ code: 'RATE_LIMITED' });
  expect(setting.double.requests.filter((entry) => entry.status === 429)).toHaveLength(4);
});

const unavailable: HubFault = { kind: 'status', status: 503 };

test('resolve 503 twice succeeds; twenty times waits and then succeeds', async () => {
  await using twice = await createSetting({ files });
  await fetchWith(twice, { hub: [unavailable, unavailable] });
  await using often = await createSetting({ files });
  const { reasons } = await fetchWith(often, { hub: Array.from({ length: 20 }, () => unavailable) });
  expect(reasons.filter((reason) => reason.includes('cannot be reached'))).toHaveLength(20 - 7);
});

test('resolve 503 for one file while others work is given up, and may be tried later', async () => {
  await using setting = await createSetting({ files: [...files, { path: 'b.nii.gz', content: bytes.subarray(1) }], bytesPerSecond: 3_000_000, source: { timings: { firstBackoffMs: 40, maxBackoffMs: 80 } } });
  setting.double.failHub(PATH, { attempts: [], afterwards: unavailable });
  const listing = await setting.source.list([PATH, 'b.nii.gz'], setting.signal);
  const fetch = (path: string): Promise<unknown> => setting.source.fetch(listing.files.get(path)!, { directory: setting.directory, signal: setting.signal });
  const failing = expect(fetch(PATH)).rejects.toMatchObject({ code: 'SOURCE_UNREACHABLE' });
  await vi.waitFor(() => expect(setting.double.requests.some((entry) => entry.status === 503)).toBe(true));
  await fetch('b.nii.gz');
  await failing;
});

test('storage 503 once is retried; a refused (expired) link is asked for anew at once', async () => {
  await using setting = await createSetting({ files });
  await fetchWith(setting, { storage: [{ kind: 'status', status: 503 }, { kind: 'cut', afterBytes: 1 << 20 }, { kind: 'status', status: 403 }] });
  const ranges = setting.double.requests.filter((entry) => entry.listener === 'storage').map((entry) => entry.range);
  expect(ranges).toEqual([undefined, undefined, 'bytes=1048576-', 'bytes=1048576-']);
  expect(setting.double.requests.filter((entry) => entry.path.includes('/resolve/'))).toHaveLength(4);
});

test.each([400, 401, 403, 404, 410])('storage %i for good is given up after three links', async (status) => {
  await using setting = await createSetting({ files });
  setting.double.failStorage(PATH, { attempts: [], afterwards: { kind: 'status', status } });
  await expect(setting.fetch(PATH)).rejects.toMatchObject({ code: 'SOURCE_UNREACHABLE' });
  expect(setting.double.requests.filter((entry) => entry.listener === 'storage')).toHaveLength(3);
});

test('a link that expires by itself', async () => {
  await using setting = await createSetting({ files, linkSeconds: 0 });
  await expect(setting.fetch(PATH)).rejects.toMatchObject({ code: 'SOURCE_UNREACHABLE', message: expect.stringContaining(PATH) });
  setting.double.setLinkSeconds(60);
  await setting.fetch(PATH);
});

test('FIN at 1 MiB continues at the received offset', async () => {
  await using setting = await createSetting({ files });
  const { bytesDownloaded } = await fetchWith(setting, { storage: [{ kind: 'cut', afterBytes: 1 << 20 }] });
  expect(bytesDownloaded).toBe(SIZE);
  expect(setting.double.requests.at(-1)).toMatchObject({ range: 'bytes=1048576-', status: 206 });
});

test('FIN every 300 kB finishes, without a byte received twice', async () => {
  await using setting = await createSetting({ files });
  const cuts = Array.from({ length: 11 }, (): StorageFault => ({ kind: 'cut', afterBytes: 300_000 }));
  expect((await fetchWith(setting, { storage: cuts })).bytesDownloaded).toBe(SIZE);
});

test('a TCP reset in the middle continues', async () => {
  await using setting = await createSetting({ files });
  const { bytesDownloaded } = await fetchWith(setting, { storage: [{ kind: 'reset', afterBytes: 1_500_000 }, { kind: 'reset', afterBytes: 500_000 }] });
  expect(bytesDownloaded).toBeLessThanOrEqual(SIZE);
  expect(setting.double.requests.at(-1)?.status).toBe(206);
});

test('a body without length that ends early looks complete, and is not taken for it', async () => {
  await using setting = await createSetting({ files });
  await fetchWith(setting, { storage: [{ kind: 'unannounced-cut', afterBytes: 700_000 }] });
  expect(setting.double.requests.at(-1)?.range).toBe('bytes=700000-');
});

test('a full stop is noticed by the watchdog and continued', async () => {
  await using setting = await createSetting({ files, source: { timings: IMPATIENT } });
  const { bytesDownloaded, reasons } = await fetchWith(setting, { storage: [{ kind: 'stop', afterBytes: 1 << 20 }] });
  expect(bytesDownloaded).toBe(SIZE);
  expect(reasons.join()).toContain('no byte for 0.2 s');
});

test('a drip below 1 kB/s counts as a stall', async () => {
  await using setting = await createSetting({ files, source: { timings: IMPATIENT } });
  const { reasons } = await fetchWith(setting, { storage: [{ kind: 'drip', bytesPerSecond: 400 }] });
  expect(reasons.join()).toMatch(/only \d+ bytes per second/);
});

test('an ignored range restarts from the beginning', async () => {
  await using setting = await createSetting({ files });
  const { bytesDownloaded } = await fetchWith(setting, { storage: [{ kind: 'cut', afterBytes: 1 << 20 }, { kind: 'ignore-range' }] });
  expect(bytesDownloaded).toBe(SIZE + (1 << 20));
});

test('ranges ignored and every body cut ends with an error, not in a circle', async () => {
  await using setting = await createSetting({ files });
  setting.double.failStorage(PATH, { attempts: [], afterwards: { kind: 'cut-whole', afterBytes: 2 << 20 } });
  await expect(setting.fetch(PATH)).rejects.toMatchObject({ code: 'SOURCE_UNREACHABLE' });
});

const unusable: readonly [string, StorageFault][] = [
  ['short length', { kind: 'short', missingBytes: 100 }],
  ['7 bytes too many, announced', { kind: 'long', extraBytes: 7, isAnnounced: true }],
  ['7 bytes too many, unannounced', { kind: 'long', extraBytes: 7, isAnnounced: false }],
  ['a web page', { kind: 'html' }],
  ['an encoded body', { kind: 'encoded', encoding: 'gzip' }],
];

test.each(unusable)('%s: resolved again, then given up as wrong content', async (_, fault) => {
  await using once = await createSetting({ files });
  await fetchWith(once, { storage: [fault] });
  await using always = await createSetting({ files });
  always.double.failStorage(PATH, { attempts: [], afterwards: fault });
  await expect(always.fetch(PATH)).rejects.toMatchObject({ code: 'SOURCE_WRONG_CONTENT' });
  expect(always.double.requests.filter((entry) => entry.path.includes('/resolve/'))).toHaveLength(3);
});

test('wrong bytes of the right length: once is cured, always is corrupt with both digests', async () => {
  await using once = await createSetting({ files });
  expect((await fetchWith(once, { storage: [{ kind: 'wrong-bytes' }] })).bytesDownloaded).toBe(2 * SIZE);
  await using always = await createSetting({ files });
  always.double.failStorage(PATH, { attempts: [], afterwards: { kind: 'wrong-bytes' } });
  const found = createHash('sha256').update(bytes.map((byte) => byte ^ 0xff)).digest('hex');
  await expect(always.fetch(PATH)).rejects.toMatchObject({ code: 'SOURCE_CORRUPT', details: { expected: sha256, found } });
  expect(always.double.requests.filter((entry) => entry.listener === 'storage')).toHaveLength(2);
  expect(await readdir(always.directory)).toEqual([]);
});

const changes: readonly [string, HubFault][] = [
  ['digest', { kind: 'identity', sha256: 'a'.repeat(64) }],
  ['commit', { kind: 'identity', commit: 'b'.repeat(40) }],
  ['size', { kind: 'identity', sizeBytes: 5 }],
];

test.each(changes)('a changed %s stops with "the file changed" and discards nothing', async (_, fault) => {
  await using setting = await createSetting({ files });
  setting.double.failStorage(PATH, { attempts: [{ kind: 'cut', afterBytes: 1 << 20 }] });
  setting.double.failHub(PATH, { attempts: [undefined, fault] });
  const failure = await setting.fetch(PATH).catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: 'SOURCE_CHANGED', message: expect.stringContaining('The file changed') });
  expect(stopsTheBatch(failure)).toBe(true);
  expect(await readFile(expectedPart(setting.directory).part)).toEqual(bytes.subarray(0, 1 << 20));
});

async function writePartial(setting: Setting, content: Uint8Array, durableBytes = content.length): Promise<void> {
  const { part, record } = expectedPart(setting.directory);
  const about = { schema: 1, endpoint: setting.double.endpoint, id: setting.double.repoId, commit: setting.double.commit, path: PATH };
  await writeFile(part, content);
  await writeFile(record, JSON.stringify({ ...about, algorithm: 'sha256', hex: sha256, sizeBytes: SIZE, durableBytes }));
}

test('416 discards the partial and succeeds', async () => {
  await using setting = await createSetting({ files });
  await writePartial(setting, bytes.subarray(0, 1000));
  await fetchWith(setting, { storage: [{ kind: 'status', status: 416 }] });
  expect(setting.double.requests.filter((entry) => entry.listener === 'storage').map((entry) => entry.range)).toEqual(['bytes=1000-', undefined]);
});

test('a range that starts elsewhere discards the partial', async () => {
  await using setting = await createSetting({ files });
  await writePartial(setting, bytes.subarray(0, 1000));
  await fetchWith(setting, { storage: [{ kind: 'shifted-range', byBytes: 5 }] });
  expect(setting.double.requests.at(-1)?.range).toBeUndefined();
});

test('a partial longer than the file is discarded; one as long is verified without network', async () => {
  await using longer = await createSetting({ files });
  await writePartial(longer, Buffer.concat([bytes, Buffer.from('more')]));
  expect((await fetchWith(longer, {})).bytesDownloaded).toBe(SIZE);
  await using whole = await createSetting({ files });
  await writePartial(whole, bytes);
  expect((await fetchWith(whole, {})).bytesDownloaded).toBe(0);
});

test('power cut: a truncated tail is received again, a zero-filled one is caught', async () => {
  await using truncated = await createSetting({ files });
  await writePartial(truncated, bytes.subarray(0, 1 << 20), 2 << 20);
  expect((await fetchWith(truncated, {})).bytesDownloaded).toBe(SIZE - (1 << 20));
  await using beyond = await createSetting({ files });
  await writePartial(beyond, Buffer.concat([bytes.subarray(0, 1 << 20), Buffer.alloc(5000)]), 1 << 20);
  expect((await fetchWith(beyond, {})).bytesDownloaded).toBe(SIZE - (1 << 20));
  await using zeroed = await createSetting({ files });
  await writePartial(zeroed, Buffer.concat([bytes.subarray(0, 1 << 20), Buffer.alloc(5000)]));
  // The prefix is wrong, so the whole is received once more.
  expect((await fetchWith(zeroed, {})).bytesDownloaded).toBe(2 * SIZE - (1 << 20) - 5000);
});

test('reset and hang of the Hub itself are retried', async () => {
  await using setting = await createSetting({ files, source: { timings: IMPATIENT } });
  await fetchWith(setting, { hub: [{ kind: 'reset' }, { kind: 'hang' }] });
});

test.each([false, true])('a captive portal is no Hub (redirecting: %s)', async (redirect) => {
  await using setting = await createSetting({ files });
  setting.double.failHub(PATH, { attempts: [{ kind: 'captive-portal', redirect }] });
  await expect(setting.fetch(PATH)).rejects.toMatchObject({ code: 'PROXY_ANSWERED' });
});

test('a full disk says what is needed and free, and stops the batch', async () => {
  await using setting = await createSetting({ files });
  // Every write to /dev/full fails with ENOSPC.
  await symlink('/dev/full', expectedPart(setting.directory).part);
  const failure = await setting.fetch(PATH).catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: 'DISK_FULL', details: { neededBytes: SIZE, freeBytes: expect.any(Number) } });
  expect(stopsTheBatch(failure)).toBe(true);
});

test('the Hub works but the storage does not answer: says which hosts to allow', async () => {
  await using setting = await createSetting({ files, source: { timings: { tries: 3, firstBackoffMs: 1 } } });
  setting.double.failStorage(PATH, { attempts: [], afterwards: { kind: 'reset', afterBytes: 0 } });
  await expect(setting.fetch(PATH)).rejects.toMatchObject({ code: 'SOURCE_UNREACHABLE', hint: expect.stringContaining('hf.co') });
});

test('no Hub at all: waits, and goes on by itself when it is back', async () => {
  await using setting = await createSetting({ files });
  const file = await setting.find(PATH);
  const gone = Array.from({ length: 12 }, (): HubFault => ({ kind: 'reset' }));
  setting.double.failHub(PATH, { attempts: gone });
  const fetched = await setting.source.fetch(file, { directory: setting.directory, signal: setting.signal });
  expect(await sha256Of(fetched.path)).toBe(sha256);
});
