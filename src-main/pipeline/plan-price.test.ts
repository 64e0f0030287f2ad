import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { volumeKind } from '../kinds/volume/volume-kind.ts';
import { RAW_HEAD_BYTES } from '../kinds/kind.ts';
import type { KindConfig } from '../kinds/kind.ts';
import { cacheLayout } from '../store/index.ts';
import { forecastFrom } from './forecast.ts';
import type { PriceInputs, WorkItem } from './plan.ts';
import { priceWork } from './plan.ts';

const MB = 2 ** 20;
let folder: string;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'larder-price-'))));
afterEach(async () => await rm(folder, { recursive: true }));

/** Of a kind whose workers take as many megabytes as the first byte of a raw file says. */
function inputs(measuredWorkerBytes?: number): PriceInputs & { readonly heads: number[] } {
  const heads: number[] = [];
  const config = {
    directory: folder,
    entryBytes: 1000,
    workerBytes: 150 * MB,
    workerBytesFor: (head: Uint8Array) => {
      heads.push(head.length);
      return head[0] === 0 ? undefined : head[0]! * MB;
    },
  } as unknown as KindConfig;
  const forecast = forecastFrom({ itemSeconds: [], secondsPerRawByte: [], downloadBytesPerSecond: [], connectionBytesPerSecond: [], entryBytes: [], overheadSeconds: [], downloadOverheadSeconds: [] });
  return { kind: volumeKind, config, forecast, measuredWorkerBytes, downloadsAtOnce: 1, heads };
}

async function rawFiles(firstBytes: readonly number[]): Promise<WorkItem[]> {
  return await Promise.all(
    firstBytes.map(async (byte, n): Promise<WorkItem> => {
      const localPath = join(folder, `raw-${n}`);
      await writeFile(localPath, Buffer.alloc(2 * RAW_HEAD_BYTES, byte));
      return { item: { key: String(n), name: String(n), split: 'train' }, origin: { localPath, repositoryPath: '' }, localPath, remote: undefined, rawBytes: 2 * RAW_HEAD_BYTES };
    }),
  );
}

async function memoryOf(work: readonly WorkItem[], given: PriceInputs): Promise<object> {
  const { perWorkerBytes, perWorkerFrom, headersRead } = (await priceWork(work, given, { batchSize: 10 }, cacheLayout(folder), new AbortController().signal)).memory;
  return { perWorkerBytes, perWorkerFrom, headersRead };
}

it('expects of a worker what the largest header asks for, of those that can be read', async () => {
  const given = inputs();
  const work = await rawFiles([110, 240, 0, 120]);
  await rm(work[3]!.localPath!);
  await mkdir(work[3]!.localPath!);
  expect(await memoryOf(work, given)).toEqual({ perWorkerBytes: 240 * MB, perWorkerFrom: 'headers', headersRead: 2 });
  expect(given.heads).toEqual([RAW_HEAD_BYTES, RAW_HEAD_BYTES, RAW_HEAD_BYTES]);
});

it('reads a sample from all over a long list', async () => {
  const given = inputs();
  // None of the first 32 is large.
  const work = await rawFiles(Array.from({ length: 96 }, (_, n) => (n % 3 === 0 && n > 40 ? 200 : 100)));
  expect(await memoryOf(work, given)).toEqual({ perWorkerBytes: 200 * MB, perWorkerFrom: 'headers', headersRead: 32 });
});

it('takes what was measured before headers, and the parameters where there is neither', async () => {
  const measured = inputs(99 * MB);
  expect(await memoryOf(await rawFiles([240]), measured)).toEqual({ perWorkerBytes: 99 * MB, perWorkerFrom: 'measured', headersRead: 0 });
  expect(measured.heads).toEqual([]);
  expect(await memoryOf([], inputs())).toEqual({ perWorkerBytes: 150 * MB, perWorkerFrom: 'parameters', headersRead: 0 });
});

it('counts as received what a download goes on with, and nothing of other files', async () => {
  const layout = cacheLayout(folder);
  await mkdir(layout.raw, { recursive: true });
  const digestOf = (n: number): string => String(n).repeat(64);
  const left = async (n: number, name: string, bytes: number, durableBytes?: number): Promise<void> => {
    await writeFile(join(layout.raw, `${digestOf(n)}-5000${name}`), Buffer.alloc(bytes));
    if (durableBytes === undefined) return;
    const record = { schema: 1, endpoint: 'https://huggingface.co', id: 'a/b', commit: 'c'.repeat(40), path: `${n}.nii.gz`, algorithm: 'sha256', hex: digestOf(n), sizeBytes: 5000, durableBytes };
    await writeFile(join(layout.raw, `${digestOf(n)}-5000.json`), JSON.stringify(record));
  };
  // A process that was killed had received 3,000 bytes and made 1,000 of them durable; the next one had not come so far.
  await left(1, '.part', 3000, 1000);
  await left(2, '.part', 2000);
  await left(3, '.nii.gz', 5000, 5000);
  // Of a job about other items.
  await left(9, '.part', 4000, 4000);
  const work = [1, 2, 3, 4].map((n): WorkItem => ({ item: { key: String(n), name: String(n), split: 'train' }, origin: { localPath: '', repositoryPath: `${n}.nii.gz` }, localPath: undefined, remote: { path: `${n}.nii.gz`, sizeBytes: 5000, digest: { algorithm: 'sha256', hex: digestOf(n) } }, rawBytes: 5000 }));
  const { download } = await priceWork(work, inputs(), { batchSize: 10 }, layout, new AbortController().signal);
  expect(download).toMatchObject({ files: 4, bytes: 14_000, partialBytes: 6000 });
});
