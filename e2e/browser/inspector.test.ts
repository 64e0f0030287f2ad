import { appendFile, mkdir, readdir, readlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Browser, BrowserContext, Page } from 'playwright';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeSampleVolumes } from '../sample/index.ts';
import { launchChromium } from './find-chromium.ts';
import type { SampleLibrary } from './sample-library.ts';
import { makeSampleLibrary } from './sample-library.ts';
import type { ServedLarder } from './serve.ts';
import { enter, serve } from './serve.ts';
import { weakTexts } from './weak-texts.js';
import { chooseOption } from './choose-option.ts';

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
/** Volumes that the page has had as a whole, by address. */
const wholes: string[] = [];

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
  page.on('requestfinished', (request) => request.url().includes('/_data/vol/') && request.headers()['range'] === undefined && wholes.push(request.url()));
  await enter(page, served);
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
  await inspector.getByText(library.project.configPath, { exact: true }).waitFor();
  expect(await inspector.locator('details').filter({ hasText: 'Parameters' }).locator('dl').textContent()).toContain('LPS');
  await page.screenshot({ path: join(SCREENSHOTS, `inspector-${colorScheme}.png`) });
  expect(await page.evaluate(weakTexts)).toEqual([]);
});

it('is moved by keys, and says where it is', async () => {
  const canvas = page.getByRole('region', { name: 'Picture' }).locator('canvas');
  await canvas.focus();
  const index = page.getByLabel('At the crosshair').locator('dd').nth(1);
  const before = (await index.innerText()).split(', ').map(Number);
  await page.keyboard.press('ArrowRight');
  await expect.poll(async () => (await index.innerText()).split(', ').map(Number)).toEqual([before[0]! + 1, before[1], before[2]]);
  await page.keyboard.press('1');
  expect(await page.getByRole('radio', { name: 'Axial' }).isChecked()).toBe(true);
  await page.getByRole('slider', { name: 'White' }).fill('0');
  await page.getByRole('button', { name: 'Reset' }).click();
  expect(await page.getByRole('slider', { name: 'White' }).inputValue()).toBe('1');
  expect(await page.getByRole('radio', { name: 'All' }).isChecked()).toBe(true);
});

it('has grey and maps of equal steps, and the viewer knows each of them', async () => {
  const canvas = page.locator('canvas').first();
  const seen = new Set<string>();
  const choice = page.getByLabel('Colours');
  await choice.click();
  const names = await page.getByRole('listbox').getByRole('option').allInnerTexts();
  await page.keyboard.press('Escape');
  expect(names).toEqual(['grey', 'viridis', 'cividis', 'magma', 'inferno', 'plasma']);
  // Back at grey, the picture is the one of before: colours leave the window as it is.
  for (const label of [...names, 'grey']) {
    await chooseOption(choice, label);
    await page.waitForTimeout(300);
    seen.add((await canvas.screenshot()).toString('base64'));
  }
  expect(seen.size).toBe(names.length);
  await page.getByRole('button', { name: 'Reset' }).click();
});

it('shows what is wrong with a damaged entry, and that a missing one is not there', async () => {
  await page.goto(`${served.origin}/#/cache/1/items/${keyOf('damaged')}`);
  const findings = page.getByRole('list', { name: 'Findings' });
  await findings.getByText(/Repair: /).waitFor();
  await page.screenshot({ path: join(SCREENSHOTS, 'inspector-damaged.png') });
  await page.goto(`${served.origin}/#/cache/1/items/${keyOf('missing')}`);
  await page.getByText('Not made yet: there is no file.').waitFor();
});

/** Puts the raw file of an entry where its config says that it lies. @returns its path and its bytes, inflated */
async function bringRawFile(key: string): Promise<{ path: string; nifti: DataView }> {
  const { stdout } = await library.run('show', key, '--config', library.project.configPath, '--json');
  const detail = JSON.parse(stdout.at(-1)!) as { readonly name: string; readonly source: { readonly path: string } };
  const { bytes } = makeSampleVolumes().find((volume) => volume.volumeName === detail.name)!;
  await mkdir(dirname(detail.source.path), { recursive: true });
  await writeFile(detail.source.path, bytes);
  const whole = gunzipSync(bytes);
  return { path: detail.source.path, nifti: new DataView(whole.buffer, whole.byteOffset, whole.byteLength) };
}

const readoutOf = async (what: string): Promise<{ value: number; index: readonly number[]; mm: readonly number[] }> => {
  const [value, index, mm] = await page.getByLabel(`At the crosshair, ${what}`).locator('dd').allInnerTexts();
  const sided = (mm ?? '').match(/[\d.]+ [LRPAIS]/g) ?? [];
  return { value: Number(value!.replace('−', '-')), index: index!.split(', ').map(Number), mm: sided.map((text) => parseFloat(text) * (/[LPI]/.test(text) ? -1 : 1)) };
};

/** Value of a voxel, straight from the bytes: int16 without slope, as the sample writes them. */
function rawValue(nifti: DataView, [x, y, z]: readonly number[]): number {
  const [nx, ny] = [nifti.getInt16(42, true), nifti.getInt16(44, true)];
  return nifti.getInt16(nifti.getFloat32(108, true) + 2 * (x! + nx * (y! + ny * z!)), true);
}

/** World position of a voxel, from the sform in the bytes. */
function rawMillimetres(nifti: DataView, [x, y, z]: readonly number[]): readonly number[] {
  return [0, 1, 2].map((row) => [x!, y!, z!, 1].reduce((sum, at, column) => sum + at * nifti.getFloat32(280 + 16 * row + 4 * column, true), 0));
}

/** How far apart the two crosshairs are along the axis they differ most, mm. */
async function apart(): Promise<number> {
  const [cached, raw] = [await readoutOf('cached'), await readoutOf('raw')];
  return Math.max(...[0, 1, 2].map((axis) => Math.abs(raw.mm[axis]! - cached.mm[axis]!)));
}
/** Places are shown to a tenth of a millimetre. */
const SHOWN_MM = 0.11;

it('shows the raw volume beside the cached one, both at the same place of the body', async () => {
  const key = keyOf('cached');
  expect((await ask(`/_data/raw/1-${key}.nii`)).status).toBe(404);
  expect(await page.getByLabel('Raw beside it').count()).toBe(0);
  const { path, nifti } = await bringRawFile(key);
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.goto(`${served.origin}/#/settings`);
  await page.goto(`${served.origin}/#/cache/1/items/${key}`);
  await page.getByLabel('Raw beside it').check();
  await page.locator('[aria-busy=false] canvas').nth(1).waitFor();
  for (const step of ['ArrowRight', 'Shift+ArrowUp', 'PageUp']) {
    await page.getByRole('region', { name: 'Picture' }).locator('canvas').first().press(step);
    await expect.poll(apart, { timeout: 5_000 }).toBeLessThan(SHOWN_MM);
    const raw = await readoutOf('raw');
    expect(raw.value).toBe(rawValue(nifti, raw.index));
    const middle = rawMillimetres(nifti, raw.index);
    for (const axis of [0, 1, 2]) {
      // The crosshair lies within the voxel whose value is shown: at most half a step from its middle.
      const size = Math.hypot(...[0, 1, 2].map((row) => nifti.getFloat32(280 + 16 * row + 4 * axis, true)));
      expect(Math.abs(middle[axis]! - raw.mm[axis]!)).toBeLessThan(size / 2 + SHOWN_MM);
    }
  }
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.screenshot({ path: join(SCREENSHOTS, `inspector-raw-${colorScheme}.png`) });
    expect(await page.evaluate(weakTexts)).toEqual([]);
  }
  // A click into the raw picture moves the cached one too.
  const before = await readoutOf('cached');
  const box = (await page.getByRole('figure', { name: 'Raw volume' }).locator('canvas').boundingBox())!;
  await page.mouse.click(box.x + box.width * 0.3, box.y + box.height * 0.2);
  await page.mouse.move(0, 0);
  await expect.poll(async () => (await readoutOf('cached')).mm, { timeout: 5_000 }).not.toEqual(before.mm);
  await expect.poll(apart, { timeout: 5_000 }).toBeLessThan(SHOWN_MM);
  // Another file of that name is not what the entry was made from.
  await appendFile(path, 'x');
  expect((await ask(`/_data/raw/1-${key}.nii`)).status).toBe(404);
  await page.getByLabel('Raw beside it').uncheck();
  await page.setViewportSize({ width: 1280, height: 800 });
});

it('draws again after the graphics were lost, and says what happened', async () => {
  await page.locator('[aria-busy=false] canvas').first().waitFor();
  await page.getByRole('region', { name: 'Picture' }).locator('canvas').first().evaluate((canvas: unknown) => (canvas as { getContext(kind: string): { getExtension(name: string): { loseContext(): void } } }).getContext('webgl2').getExtension('WEBGL_lose_context').loseContext());
  await page.getByText('The graphics of this machine were reset').waitFor();
  await page.getByRole('button', { name: 'Draw it again' }).click();
  await page.locator('[aria-busy=false] canvas').first().waitFor();
  expect(await page.getByText('The graphics of this machine were reset').count()).toBe(0);
});

it('keeps the window from item to item, and loads no neighbour twice', async () => {
  await page.getByRole('slider', { name: 'White' }).fill('0.5');
  const shown = (key: string): Promise<unknown> => page.locator(`canvas[data-shown="${key}"]`).waitFor();
  const [first, second] = rows.filter((row) => row.state !== 'missing').map((row) => row.key);
  await page.goto(`${served.origin}/#/cache/1/items/${first}`);
  await shown(first!);
  // The neighbour is read ahead; turning to it asks for its header only, to know that it is still the same.
  const ofSecond = (): number => wholes.filter((url) => url.includes(second!)).length;
  await expect.poll(ofSecond, { timeout: 10_000 }).toBeGreaterThan(0);
  const before = ofSecond();
  await page.goto(`${served.origin}/#/cache/1/items/${second}`);
  await shown(second!);
  expect(await page.getByRole('slider', { name: 'White' }).inputValue()).toBe('0.5');
  expect(ofSecond()).toBe(before);
  await page.getByRole('button', { name: 'Reset' }).click();
});

it('shows slices as pictures where there is no WebGL 2', async () => {
  const other = await context.newPage();
  await other.addInitScript(`
    const get = HTMLCanvasElement.prototype.getContext;
    HTMLCanvasElement.prototype.getContext = function (kind, ...more) { return kind === 'webgl2' ? null : get.call(this, kind, ...more); };
  `);
  await other.goto(`${served.origin}/#/cache/1/items/${keyOf('cached')}`);
  await other.getByText('This browser has no WebGL 2').waitFor();
  const picture = other.getByRole('img', { name: /the middle axial, coronal and sagittal slice/ });
  await expect.poll(() => picture.evaluate((image) => (image as unknown as { naturalWidth: number }).naturalWidth), { timeout: 10_000 }).toBe(960);
  // A single file that was dropped has them too.
  await other.keyboard.press('Control+k');
  await other.keyboard.type('look at a file');
  await other.keyboard.press('Enter');
  await other.getByLabel('Path on the server').fill(join(library.directory, `${keyOf('cached')}.pt`));
  await other.getByRole('button', { name: 'Look', exact: true }).click();
  await other.getByRole('button', { name: 'Look at it' }).click();
  const ofFile = other.getByRole('dialog').getByRole('img', { name: /the middle axial, coronal and sagittal slice/ });
  await expect.poll(() => ofFile.evaluate((image) => (image as unknown as { naturalWidth: number }).naturalWidth), { timeout: 10_000 }).toBe(960);
  await other.close();
});

it('held to the content security policy all the while', () => {
  // The browser itself notes answers of 404 and 422 as errors; those are answers like others here.
  expect(complaints.filter((text) => !/status of 4(04|22)/.test(text))).toEqual([]);
});
