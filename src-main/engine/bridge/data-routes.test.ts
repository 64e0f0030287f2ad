import { mkdtemp, open, readdir, readlink, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Engine } from '../engine.ts';
import { answerData } from './data-routes.ts';

const TWO_GB = 2 ** 31;
const MARK = Buffer.from('larder');
/** Chunks that wait for the garbage collector come and go; what streaming kept of the second gigabyte would be more than this. */
const GROWTH_MAX_BYTES = 64 * 2 ** 20;

let folder: string;
let path: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'larder-large-'));
  path = join(folder, 'large.nii');
  const file = await open(path, 'w');
  // Mostly a hole: 2 GB to read, nothing to write.
  await file.truncate(TWO_GB);
  await file.write(MARK, 0, MARK.length, TWO_GB - MARK.length);
  await file.close();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function ask(headers: Readonly<Record<string, string>> = {}, signal?: AbortSignal): Promise<Response> {
  const preview = (): ReturnType<Engine['preview']> => Promise.resolve({ tag: '1-1', make: () => Promise.resolve({ path, sizeBytes: TWO_GB }) });
  const document = () => Promise.reject(new Error('not asked for'));
  const engine = { preview, previewFile: preview, document, listDocument: document };
  return answerData(engine, new Request('http://localhost/_data/vol/1-00ff.nii', { headers, ...(signal === undefined ? {} : { signal }) }));
}

it('streams 2 GB, and holds no more of the second than of the first', async () => {
  const highest = [0, 0];
  let received = 0;
  const response = await ask();
  for await (const chunk of response.body!) {
    const half = received < TWO_GB / 2 ? 0 : 1;
    received += (chunk as Uint8Array).byteLength;
    highest[half] = Math.max(highest[half]!, process.memoryUsage.rss());
  }
  expect(received).toBe(TWO_GB);
  expect(highest[1]! - highest[0]!).toBeLessThan(GROWTH_MAX_BYTES);
}, 180_000);

it('gives a range at the end of 2 GB', async () => {
  const response = await ask({ range: `bytes=-${MARK.length}` });
  expect([response.status, response.headers.get('content-range')]).toEqual([206, `bytes ${TWO_GB - MARK.length}-${TWO_GB - 1}/${TWO_GB}`]);
  expect(Buffer.from(await response.arrayBuffer())).toEqual(MARK);
});

it('ends without an error when the request is given up, also in the middle of a read, and closes the file', async () => {
  const gaveUp: Promise<unknown>[] = [];
  for (let i = 0; i < 50; i++) {
    const abort = new AbortController();
    const reader = (await ask({}, abort.signal)).body!.getReader();
    if (i % 3 > 0) await reader.read();
    const reading = i % 2 > 0 ? reader.read() : undefined;
    abort.abort();
    gaveUp.push((async () => {
      await reading;
      // What was read already may still come; then the body is over, and not failed.
      expect((await reader.read()).done || (await reader.read()).done).toBe(true);
    })());
  }
  await Promise.all(gaveUp);
  if (process.platform === 'linux') expect(await openTimes()).toBe(0);
});

it('closes the file when the request was given up while it was opened', async () => {
  const abort = new AbortController();
  const answers = Array.from({ length: 20 }, () => ask({}, abort.signal));
  abort.abort();
  // Nobody reads or cancels these bodies.
  await Promise.all(answers);
  if (process.platform === 'linux') await expect.poll(openTimes).toBe(0);
});

it('closes the file when the body is cancelled', async () => {
  for (let i = 0; i < 20; i++) {
    const body = (await ask()).body!;
    const reader = body.getReader();
    await reader.read();
    await reader.cancel();
  }
  if (process.platform === 'linux') expect(await openTimes()).toBe(0);
});

/** How often this process has the file open. */
async function openTimes(): Promise<number> {
  const names = await readdir('/proc/self/fd');
  const targets = await Promise.all(names.map((name) => readlink(`/proc/self/fd/${name}`).catch(() => '')));
  return targets.filter((target) => target === path).length;
}
