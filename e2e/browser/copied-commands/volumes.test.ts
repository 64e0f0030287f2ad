import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLI } from './ensure-built.ts';
import { launchChromium } from './find-chromium.ts';
import type { SampleLibrary } from './sample-library.ts';
import { makeSampleLibrary } from './sample-library.ts';
import type { ServedLarder } from './serve.ts';
import { serve } from './serve.ts';

const LONG_MS = 30_000;

let browser: Browser;
let clicked: SampleLibrary;
/** The same volumes and faults in a folder of their own: here the copied commands run. */
let typed: SampleLibrary;
let served: ServedLarder;
let page: Page;

beforeAll(async () => {
  [browser, clicked, typed] = await Promise.all([launchChromium(), makeSampleLibrary(), makeSampleLibrary()]);
  await mkdir(join(typed.folder, 'bin'));
  await writeFile(join(typed.folder, 'bin/larder'), `#!/bin/sh\nexec '${process.execPath}' '${CLI}' "$@"\n`, { mode: 0o755 });
  served = await serve(clicked.environment, clicked.folder);
  page = await (await browser.newContext({ viewport: { width: 1280, height: 800 }, permissions: ['clipboard-read', 'clipboard-write'] })).newPage();
  page.setDefaultTimeout(12_000);
  await page.goto(served.url);
  await page.getByRole('article', { name: 'sample-chest' }).getByRole('link', { name: 'sample-chest' }).click();
});
afterAll(async () => {
  await browser?.close();
  await served?.stop();
  await Promise.all([clicked?.remove(), typed?.remove()]);
});

const grid = () => page.getByRole('grid', { name: 'Items of sample-chest' });
const toasts = () => page.getByRole('status', { name: 'What was done' });

/** @returns what the button put into the clipboard */
async function copy(purpose: string): Promise<string> {
  await page.getByRole('button', { name: `Copy the command: ${purpose}` }).click();
  await page.getByText('Copied', { exact: true }).first().waitFor();
  return await page.evaluate<string>('navigator.clipboard.readText()');
}

/** Runs a copied line as a shell does, on the other folder. @returns its exit code and what it printed */
async function type(line: string): Promise<{ readonly exitCode: number; readonly stdout: string }> {
  const environment = { ...typed.environment, PATH: `${join(typed.folder, 'bin')}:${process.env['PATH'] ?? ''}` };
  try {
    const { stdout } = await promisify(execFile)('/bin/sh', ['-c', line.replaceAll(clicked.folder, typed.folder)], { cwd: typed.folder, env: environment });
    return { exitCode: 0, stdout };
  } catch (error) {
    const { code, stdout } = error as { readonly code: number; readonly stdout: string };
    return { exitCode: code, stdout };
  }
}

/**
 * SHA-256 of what is in an entry, record by record (stored ZIP, PKWARE APPNOTE 4.3). An entry names the
 * file it was made from by its absolute path, and the two folders differ in that alone; the checksums
 * that follow from the path are left out with the ZIP's own headers and `.data/serialization_id`.
 */
function contentHash(bytes: Buffer, folder: string): string {
  const hash = createHash('sha256');
  const end = bytes.lastIndexOf('PK\x05\x06', undefined, 'latin1');
  let at = bytes.readUInt32LE(end + 16);
  for (let left = bytes.readUInt16LE(end + 10); left > 0; left -= 1) {
    const [size, nameLength, extra, comment, local] = [bytes.readUInt32LE(at + 24), bytes.readUInt16LE(at + 28), bytes.readUInt16LE(at + 30), bytes.readUInt16LE(at + 32), bytes.readUInt32LE(at + 42)];
    const name = bytes.toString('latin1', at + 46, at + 46 + nameLength);
    const start = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
    const record = bytes.toString('latin1', start, start + size);
    if (!name.endsWith('.data/serialization_id')) hash.update(`${name} ${size} `).update(record.replaceAll(folder, 'FOLDER'), 'latin1');
    at += 46 + nameLength + extra + comment;
  }
  return hash.digest('hex');
}

/** Every entry with the SHA-256 of its content, every item with its state, and how many files are set aside. */
async function standing(library: SampleLibrary): Promise<{ readonly files: readonly string[]; readonly states: readonly string[]; readonly setAside: number }> {
  const names = (await readdir(library.directory)).filter((name) => name.endsWith('.pt')).sort();
  const files = await Promise.all(names.map(async (name) => `${name} ${contentHash(await readFile(join(library.directory, name)), library.folder)}`));
  const rows = (await library.run('ls', '--config', library.project.configPath, '--json')).stdout.map((line) => JSON.parse(line) as { readonly type: string; readonly key: string; readonly state: string });
  const setAside = (await library.run('quarantine', 'ls', '--config', library.project.configPath, '--json')).stdout.length;
  return { files, states: rows.filter((row) => row.type === 'entry').map((row) => `${row.key} ${row.state}`).sort(), setAside };
}

async function expectTheSame(): Promise<void> {
  const [one, other] = await Promise.all([standing(clicked), standing(typed)]);
  expect(other.states).toHaveLength(4);
  expect(other).toEqual(one);
}

async function dismiss(): Promise<void> {
  for (const button of await toasts().getByRole('button', { name: 'Dismiss' }).all()) await button.click();
}

/** Opens an action, runs its copied command on the other folder, then does the click. @returns the command's end */
async function both(open: string | RegExp, purpose: string, go: string | RegExp, done: RegExp, flags = ''): Promise<{ readonly exitCode: number; readonly stdout: string }> {
  await dismiss();
  await page.getByRole('button', { name: open, exact: true }).click();
  const dialog = page.getByRole('dialog');
  await dialog.waitFor();
  const ended = await type(`${await copy(purpose)}${flags}`);
  await dialog.getByRole('button', { name: go, exact: true }).click();
  await toasts().getByText(done).waitFor({ timeout: LONG_MS });
  return ended;
}

async function choose(first: number, last: number): Promise<void> {
  await page.getByRole('button', { name: /^All 4/ }).click();
  await expect.poll(() => grid().getByRole('row').count()).toBe(5);
  await grid().getByRole('row').nth(first).click();
  if (last > first) await grid().getByRole('row').nth(last).click({ modifiers: ['Shift'] });
}

const VERIFIED = /(\d+) (?:entries|entry) verified/;

// One story, in its order, told twice: by clicks in one folder, by copied commands in the other.
describe.skipIf(process.platform === 'win32')('what a copied command does, against the click beside it', () => {
  it('begins with the same in both folders', expectTheSame);

  it('verify: finds the one damaged', async () => {
    const { exitCode, stdout } = await both('Verify', 'verify', 'Verify', VERIFIED);
    expect([exitCode, stdout]).toEqual([1, expect.stringMatching(/2 sound, 1 damaged/)]);
    expect(await toasts().innerText()).toContain('2 sound, 1 damaged');
    await expectTheSame();
  });

  it('verify of chosen entries', async () => {
    await choose(3, 4);
    const { exitCode, stdout } = await both('Verify 2', 'verify', 'Verify', VERIFIED);
    expect([exitCode, stdout]).toEqual([1, expect.stringMatching(/^2 entries: 1 sound, 1 damaged/)]);
    expect(await toasts().innerText()).toContain('2 entries verified: 1 sound, 1 damaged');
    await expectTheSame();
  });

  it('fix of chosen entries: one set aside and made again, the missing one left as it is', async () => {
    await page.keyboard.press('Escape');
    await choose(3, 4);
    const { exitCode, stdout } = await both('Fix …', 'fix', /^Fix 1$/, /1 file set aside, 1 entry made again/);
    expect([exitCode, stdout]).toEqual([0, expect.stringMatching(/1 file set aside[\s\S]*1 entry made again/)]);
    await expectTheSame();
    const { files, setAside } = await standing(typed);
    expect([files.length, setAside]).toEqual([3, 1]);
  });

  it('fix: makes the missing one', async () => {
    await page.keyboard.press('Escape');
    const { exitCode, stdout } = await both(/^Fix 1$/, 'fix', /^Fix 1$/, /1 entry made again/);
    expect([exitCode, stdout]).toEqual([0, expect.stringContaining('1 entry made again')]);
    await expectTheSame();
    expect((await standing(typed)).files).toHaveLength(4);
  });

  it('clear of chosen entries', async () => {
    await choose(2, 3);
    const { exitCode } = await both(/^Clear 2 …$/, 'clear the chosen entries', 'Set aside 2', /2 entries .* set aside/, ' --yes');
    expect(exitCode).toBe(0);
    await expectTheSame();
    expect((await standing(typed)).files).toHaveLength(2);
  });

  it('generate: makes them again, number for number', async () => {
    const { exitCode } = await both(/^Generate 2$/, 'generate', /^Generate 2$/, /2 entries made/, ' --yes');
    expect(exitCode).toBe(0);
    await expectTheSame();
    expect((await standing(typed)).files).toHaveLength(4);
  });

  it.each([
    ['Parameters', 'parameters and numbers of this cache'],
    ['Storage', 'list the quarantine'],
    ['History', 'list all jobs'],
  ])('%s: the command that is shown runs', async (tab, purpose) => {
    await page.getByRole('navigation', { name: 'Parts of the cache' }).getByRole('link', { name: tab }).click();
    const { exitCode, stdout } = await type(await copy(purpose));
    expect([exitCode, stdout.length > 0]).toEqual([0, true]);
  });
});
