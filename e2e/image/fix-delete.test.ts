import { execFile } from 'node:child_process';
import { readFileSync, renameSync } from 'node:fs';
import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { greyPixels, pixelsMd5, readPng } from '../../src-main/formats/png/index.ts';
import { CLI } from '../browser/ensure-built.ts';
import { GOLDEN, createImageSetting, readGolden } from './setting.ts';
import type { ImageSetting } from './setting.ts';

const { damages } = await readGolden<{ damages: { id: string; keys: string[]; after: string }[] }>('damages.json');
const { entries } = await readGolden<{ entries: { key: string; pixels_md5: string }[] }>('expectations.json');
/** Damaged in form, and every pixel can be read. */
const READABLE = damages.filter(({ after }) => /pixels_md5 as in intact/.test(after)).flatMap(({ keys }) => keys);

/** Ends the process when a picture is about to be written for the n-th time. */
const KILLED_WRITING = `
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
let left = Number(process.env.KILLED_AT);
const real = fs.promises.open;
fs.promises.open = (path, ...words) => {
  if (/images.*larder-tmp$/.test(String(path)) && --left === 0) { process.kill(process.pid, 'SIGKILL'); for (;;); }
  return real(path, ...words);
};
syncBuiltinESMExports();
`;

async function fixKilledAt(setting: ImageSetting, at: number): Promise<void> {
  const hook = setting.path('killed.mjs');
  await writeFile(hook, KILLED_WRITING);
  const environment = { ...process.env, LARDER_DATA_DIR: setting.path('data'), KILLED_AT: String(at) };
  const signal = await new Promise((resolve) => {
    execFile(process.execPath, ['--import', pathToFileURL(hook).href, CLI, 'fix', '--cache', 'cache', '--delete', '--yes'], { cwd: setting.folder, env: environment }, (error) => resolve(error?.signal));
  });
  expect(signal).toBe('SIGKILL');
}

function pixelsOf(path: string): string {
  const { header, content } = readPng(readFileSync(path));
  return pixelsMd5(greyPixels(header!, content!)!);
}

/** Also of those that lie in quarantine. */
async function pixelsBelow(root: string): Promise<Set<string>> {
  const pictures = (await readdir(root, { recursive: true })).filter((name) => name.endsWith('.png'));
  return new Set(pictures.flatMap((name) => {
    try {
      return [pixelsOf(join(root, name))];
    } catch {
      return [];
    }
  }));
}

/** The disk fails to give metadata, here and in the workers. */
const FAILING_READS = `
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
const real = fs.openSync;
fs.openSync = (path, ...words) => {
  if (/metadata.*json$/.test(String(path))) throw Object.assign(new Error('EIO: i/o error, open'), { code: 'EIO', errno: -5, syscall: 'open' });
  return real(path, ...words);
};
syncBuiltinESMExports();
`;

describe('fix --delete while the disk fails to give metadata', () => {
  it('takes away neither them nor their pictures, though nothing else says what those are', async () => {
    await using setting = await createImageSetting();
    const root = await setting.copyGolden('intact', 'cache');
    await rm(join(root, 'cache_index.json'));
    const names = async (): Promise<string[]> => (await readdir(root, { recursive: true })).filter((name) => /^(?:images|metadata)/.test(name)).sort();
    const before = await names();
    const hook = setting.path('failing.mjs');
    await writeFile(hook, FAILING_READS);
    const environment = { ...process.env, LARDER_DATA_DIR: setting.path('data'), NODE_OPTIONS: `--import ${pathToFileURL(hook).href}` };
    const result = await new Promise<{ code: unknown; stderr: string }>((resolve) => {
      execFile(process.execPath, [CLI, 'fix', '--cache', 'cache', '--delete', '--yes'], { cwd: setting.folder, env: environment }, (error, _stdout, stderr) => resolve({ code: error?.code, stderr }));
    });
    expect(await names()).toEqual(before);
    // Nor is an index written of what cannot be read.
    expect(result).toMatchObject({ code: 1, stderr: expect.stringMatching(/unreadable.*[^]*IO_FAILED/) as string });
    expect((await setting.run('fix', '--cache', 'cache')).exitCode).toBe(0);
    expect((await setting.run('verify', '--cache', 'cache')).exitCode).toBe(0);
    expect(await names()).toEqual(before);
  });
});

describe('fix --delete that is killed, where no font is at hand to draw again', () => {
  it('has lost no picture whose pixels can be read', async () => {
    expect(READABLE.length).toBeGreaterThan(1);
    for (const [at] of READABLE.entries()) {
      await using setting = await createImageSetting();
      const root = await setting.copyGolden('damaged', 'cache');
      await fixKilledAt(setting, at + 1);
      const expected = READABLE.map((key) => entries.find((entry) => entry.key === key)!.pixels_md5);
      expect(READABLE.map((key) => pixelsOf(join(root, 'images', `${key}.png`)))).toEqual(expected);
    }
  });

  it('has lost none of two pictures that were exchanged', async () => {
    const widths = new Map(entries.map(({ key, pixels_md5: pixels }) => [key, { pixels, width: readPng(readFileSync(join(GOLDEN, 'intact/images', `${key}.png`))).header!.width }]));
    const [one = '', first] = Array.from(widths)[0]!;
    const [other = '', second] = Array.from(widths).find(([, { width }]) => width !== first.width)!;
    for (const at of [1, 2]) {
      await using setting = await createImageSetting();
      const root = await setting.copyGolden('intact', 'cache');
      const [here, there] = [join(root, 'images', `${one}.png`), join(root, 'images', `${other}.png`)];
      renameSync(here, `${root}.png`);
      renameSync(there, here);
      renameSync(`${root}.png`, there);
      await fixKilledAt(setting, at);
      const left = await pixelsBelow(root);
      expect([first.pixels, second.pixels].filter((pixels) => !left.has(pixels)), `killed at ${at}`).toEqual([]);
    }
  });

  it('ends, when nobody kills it, with each in its place and nothing in quarantine but the old index', async () => {
    await using setting = await createImageSetting();
    const root = await setting.copyGolden('damaged', 'cache');
    await setting.run('fix', '--cache', 'cache', '--delete', '--yes');
    for (const key of READABLE) expect(pixelsOf(join(root, 'images', `${key}.png`))).toBe(entries.find((entry) => entry.key === key)!.pixels_md5);
    expect((await readdir(join(root, '.larder/quarantine'), { recursive: true })).filter((name) => /\.(?:png|json)$/.test(name) && !name.endsWith('reason.json') && !name.endsWith('cache_index.json'))).toEqual([]);
  });
});
