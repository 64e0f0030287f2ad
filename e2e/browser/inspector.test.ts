import { mkdir, readdir, readlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launchChromium } from './find-chromium.ts';
import type { SampleLibrary } from './sample-library.ts';
import { makeSampleLibrary } from './sample-library.ts';
import type { ServedLarder } from './serve.ts';
import { serve } from './serve.ts';
import { weakTexts } from './weak-texts.js';

const SCREENSHOTS = join(tmpdir(), 'larder-screenshots');
/** The sample's parameters ask for 24 × 32 × 32 float32. */
const NIFTI_BYTES = 352 + 4 * 24 * 32 * 32;

interface Row {
  readonly key: string;
  readonly state: string;
}

let browser: Browser;
let library: SampleLibrary;
let served: ServedLarder;
let context: BrowserContext;
let page: Page;
let cookie: string;
let rows: readonly Row[];
const complaints: string[] = [];

const keyOf = (state: string): string => rows.find((row) => row.state === state)!.key;
const ask = (path: string, headers: Readonly<Record<string, string>> = {}, more: RequestInit = {}): Promise<Response> => fetch(`${served.origin}${path}`, { ...more, headers: { cookie, ...headers } });

beforeAll(async () => {
  await mkdir(SCREENSHOTS, { recursive: true });
  [browser, library] = await Promise.all([launchChromium(), makeSampleLibrary()]);
  const { stdout } = await library.run('ls', '--config', library.project.configPath, '--json');
  rows = stdout.map((line) => JSON.parse(line) as Row).filter((row) => typeof row.key === 'string');
  served = await serve(library.environment, library.folder);
  context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  page = await context.newPage();
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(served.url);
  await page.getByRole('heading', { name: 'Library' }).waitFor();
  cookie = (await context.cookies()).map(({ name, value }) => `${name}=${value}`).join('; ');
});
afterAll(async () => {
  await context?.close();
  await served?.stop();
  await browser?.close();
  await library?.remove();
});

it('gives a volume as a NIfTI, whole, in part, or not again', async () => {
  const url = `/_data/vol/1-${keyOf('cached')}.nii`;
  const whole = await ask(url);
  const bytes = new DataView(await whole.arrayBuffer());
  expect([whole.status, bytes.byteLength, whole.headers.get('content-length')]).toEqual([200, NIFTI_BYTES, String(NIFTI_BYTES)]);
  expect([1, 2, 3].map((axis) => bytes.getInt16(40 + 2 * axis, true))).toEqual([24, 32, 32]);
  expect(whole.headers.get('cache-control')).toBe('private, no-cache');
  expect(whole.headers.get('x-content-type-options')).toBe('nosniff');
  const tag = whole.headers.get('etag')!;
  const part = await ask(url, { range: 'bytes=0-351' });
  expect([part.status, part.headers.get('content-range'), (await part.arrayBuffer()).byteLength]).toEqual([206, `bytes 0-351/${NIFTI_BYTES}`, 352]);
  const beyond = await ask(url, { range: `bytes=${NIFTI_BYTES}-` });
  expect([beyond.status, beyond.headers.get('content-range')]).toEqual([416, `bytes */${NIFTI_BYTES}`]);
  expect((await ask(url, { 'if-none-match': tag })).status).toBe(304);
  expect((await ask(url, { range: 'bytes=0-9', 'if-range': '"other"' })).status).toBe(200);
  expect((await ask(url, {}, { method: 'HEAD' })).headers.get('content-length')).toBe(String(NIFTI_BYTES));
  expect((await ask(url, {}, { method: 'POST' })).status).toBe(405);
});

it('gives thumbnails, and nothing the catalog does not know', async () => {
  const thumbnail = await ask(`/_data/thumb/1-${keyOf('cached')}.png`);
  expect([thumbnail.status, thumbnail.headers.get('content-type')]).toEqual([200, 'image/png']);
  for (const path of [`/_data/vol/9999-${keyOf('cached')}.nii`, '/_data/vol/1-ffff.nii', `/_data/vol/1-${keyOf('missing')}.nii`, '/_data/vol/1-..%2fconfig.nii', `/_data/vol/1-${keyOf('cached')}.png`, '/_data/']) expect((await ask(path)).status, path).toBe(404);
  expect((await ask(`/_data/thumb/1-${keyOf('cached')}.png`, { cookie: '' })).status).toBe(401);
});

it('leaves no file open behind requests that are given up', async () => {
  const url = `/_data/vol/1-${keyOf('cached')}.nii`;
  const openPreviews = async (): Promise<number> => {
    const folder = `/proc/${served.pid}/fd`;
    const targets = await Promise.all((await readdir(folder)).map((name) => readlink(join(folder, name)).catch(() => '')));
    return targets.filter((target) => target.includes('/previews/')).length;
  };
  await Promise.all(
    Array.from({ length: 200 }, async () => {
      const abort = new AbortController();
      const response = await ask(url, {}, { signal: abort.signal }).catch(() => undefined);
      abort.abort();
      await response?.body?.cancel().catch(() => undefined);
    }),
  );
  await expect.poll(openPreviews, { timeout: 5_000 }).toBe(0);
}, 30_000);

it.each(['dark', 'light'] as const)('shows a volume with its numbers, in %s', async (colorScheme) => {
  await page.emulateMedia({ colorScheme });
  await page.goto(`${served.origin}/#/cache/1/items/${keyOf('cached')}`);
  const inspector = page.getByRole('complementary').filter({ has: page.getByRole('heading', { name: /nii/ }) });
  await inspector.locator('[aria-busy=false] canvas').waitFor();
  await inspector.getByRole('img', { name: /^Histogram: 24,576 values from −1 to 1/ }).waitFor();
  await inspector.getByText('1 × 24 × 32 × 32 float32').waitFor();
  await inspector.getByText(/^LPS, /).waitFor();
  await page.screenshot({ path: join(SCREENSHOTS, `inspector-${colorScheme}.png`) });
  expect(await page.evaluate(weakTexts)).toEqual([]);
});

it('is moved by keys, and says where it is', async () => {
  const canvas = page.locator('canvas');
  await canvas.focus();
  const index = page.getByLabel('At the crosshair').locator('dd').nth(1);
  const before = (await index.innerText()).split(', ').map(Number);
  await page.keyboard.press('ArrowRight');
  await expect.poll(async () => (await index.innerText()).split(', ').map(Number)).toEqual([before[0]! + 1, before[1], before[2]]);
  await page.keyboard.press('1');
  expect(await page.getByRole('radio', { name: 'Axial' }).isChecked()).toBe(true);
  await page.getByLabel('White').fill('0');
  await page.getByRole('button', { name: 'Reset' }).click();
  expect(await page.getByLabel('White').inputValue()).toBe('1');
  expect(await page.getByRole('radio', { name: 'All' }).isChecked()).toBe(true);
});

it('shows what is wrong with a damaged entry, and that a missing one is not there', async () => {
  await page.goto(`${served.origin}/#/cache/1/items/${keyOf('damaged')}`);
  const findings = page.getByRole('list', { name: 'Findings' });
  await findings.getByText(/Repair: /).waitFor();
  await page.screenshot({ path: join(SCREENSHOTS, 'inspector-damaged.png') });
  await page.goto(`${served.origin}/#/cache/1/items/${keyOf('missing')}`);
  await page.getByText('Not made yet: there is no file.').waitFor();
});

it('held to the content security policy all the while', () => {
  // The browser itself notes answers of 404 and 422 as errors; those are answers like others here.
  expect(complaints.filter((text) => !/status of 4(04|22)/.test(text))).toEqual([]);
});
