import { open, readFile, readdir, readlink, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Host } from './host.ts';
import type { Setting } from './setting.ts';
import { makeSetting } from './setting.ts';
import { startGenerate } from './start-generate.ts';
import { closeChromium, startHost } from './start-host.ts';

const GIVEN_UP = 200;
const TWO_GB = 2 * 2 ** 30;
const PART = TWO_GB / 8;
const MARK = 'the last bytes';
/** What the process may take more for 2 GB than for an eighth of it: a few pieces that wait for the collector. */
const GROWTH_MAX_BYTES = 64 * 2 ** 20;

let setting: Setting;
let host: Host;
let url: string;

beforeAll(async () => {
  setting = await makeSetting();
  host = await startHost(setting);
  await startGenerate(host, setting.project.configPath);
  await host.page.getByText(/generate has succeeded just now/).waitFor();
  const entry = (await readdir(setting.project.cacheRoot, { recursive: true })).find((name) => name.endsWith('.pt') && !name.includes('.larder'))!;
  url = `/_data/vol/1-${basename(entry, '.pt')}.nii`;
});
afterAll(async () => {
  await host?.close();
  await closeChromium();
  await setting?.remove();
});

const volumes = (): string => join(setting.folder, 'data/previews/volumes');

/** How many volumes the app has open. */
async function openVolumes(): Promise<number> {
  const folder = `/proc/${host.pid}/fd`;
  const targets = await Promise.all((await readdir(folder)).map((name) => readlink(join(folder, name)).catch(() => '')));
  return targets.filter((target) => target.startsWith(volumes())).length;
}

/** Resident memory of the app's main process, bytes. */
async function residentBytes(): Promise<number> {
  const status = await readFile(`/proc/${host.pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)![1]) * 1024;
}

/** Its peak while something is done, looked at every few milliseconds. */
async function peakDuring(work: () => Promise<unknown>): Promise<number> {
  const working = work().then(() => 'done' as const);
  let peak = 0;
  do peak = Math.max(peak, await residentBytes());
  while ((await Promise.race([working, delay(10)])) !== 'done');
  return peak;
}

/** Lets the page read a part and drop it. */
async function received(range: string): Promise<void> {
  const bytes = await host.page.evaluate(`fetch('${url}', { headers: { range: '${range}' } }).then(async (response) => { let bytes = 0; for await (const chunk of response.body) bytes += chunk.length; return bytes; })`);
  expect(bytes).toBe(range === 'bytes=0-' ? TWO_GB : PART);
}

/** Puts 2 GB, nearly all of them a hole, in the place of the volume that was made for viewing. */
async function plantLargeVolume(): Promise<void> {
  const name = (await readdir(volumes())).find((candidate) => candidate.endsWith('.nii'))!;
  await rm(join(volumes(), name));
  const file = await open(join(volumes(), `${name.split('.', 1)[0]}.${TWO_GB}.nii`), 'w');
  await file.write(MARK, TWO_GB - MARK.length);
  await file.close();
}

describe.runIf(process.platform === 'linux')('volumes on their way to the page', () => {
  it('leave no file open behind requests that are given up', async () => {
    const outcomes = (await host.page.evaluate(`Promise.all(Array.from({ length: ${GIVEN_UP} }, async (_, at) => {
      const abort = new AbortController();
      const answer = fetch('${url}', { signal: abort.signal, cache: 'no-store' });
      if (at % 2 > 0) await answer;
      abort.abort();
      return answer.then((response) => response.arrayBuffer()).then(() => 'whole', (error) => error.name);
    }))`)) as readonly string[];
    expect(outcomes.filter((outcome) => outcome === 'AbortError').length).toBeGreaterThan(GIVEN_UP / 2);
    await expect.poll(openVolumes, { timeout: 10_000 }).toBe(0);
    expect(await host.page.evaluate(`fetch('${url}').then((response) => response.status)`)).toBe(200);
  });

  it('stream 2 GB in flat memory, and any part of them', async () => {
    await host.close();
    await plantLargeVolume();
    host = await startHost(setting);
    await host.page.getByRole('heading', { level: 1 }).waitFor();
    const part = await host.page.evaluate(`fetch('${url}', { headers: { range: 'bytes=${TWO_GB - MARK.length}-' } }).then(async (response) => [response.status, response.headers.get('content-range'), await response.text()])`);
    expect(part).toEqual([206, `bytes ${TWO_GB - MARK.length}-${TWO_GB - 1}/${TWO_GB}`, MARK]);
    const first = await peakDuring(() => received(`bytes=0-${PART - 1}`));
    const whole = await peakDuring(() => received('bytes=0-'));
    console.log(`The main process took at most ${(first / 1e6).toFixed(0)} MB for ${PART >> 20} MB, ${(whole / 1e6).toFixed(0)} MB for 2 GB.`);
    expect(whole - first).toBeLessThan(GROWTH_MAX_BYTES);
    await expect.poll(openVolumes, { timeout: 10_000 }).toBe(0);
  });
});
