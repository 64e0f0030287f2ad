import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { link, mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, parse } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cacheLayout, listQuarantine, newestInQuarantine, quarantineFile, quarantineFiles, restoreFiles, sweepEmptyRecords } from './index.ts';
import type { CacheLayout } from './index.ts';
import { quarantinedPath } from './restore.ts';

const WHY = { reason: { code: 'cleared', message: 'Asked for.' }, nowMs: 1_700_000_000_000, larderVersion: '1.0.0' };
const FILES = ['images/a.png', 'metadata/a.json', 'images/b.png'].map((file) => ({ file, key: parse(file).name, name: null }));
const ALONE = { file: 'images/c.png', key: 'c', name: null };
/** Set aside too, and its name is taken by something else since. */
const TAKEN = { file: 'images/d.png', key: 'd', name: null };

let folder: string;
let layout: CacheLayout;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'larder-restore-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function setAside(name = 'cache'): Promise<void> {
  layout = cacheLayout(join(folder, name));
  for (const inner of ['images', 'metadata']) await mkdir(join(layout.directory, inner), { recursive: true });
  for (const { file } of [...FILES, ALONE, TAKEN]) await writeFile(join(layout.directory, file), `content of ${file}`);
  await quarantineFiles(layout, [...FILES, TAKEN], WHY);
  await quarantineFile(layout, { ...ALONE, ...WHY });
  await writeFile(join(layout.directory, TAKEN.file), 'newer');
}

/** Everything is back under its one name, and the one whose name is taken lies in quarantine. */
async function expectRestored(): Promise<void> {
  for (const { file } of [...FILES, ALONE]) {
    expect(await readFile(join(layout.directory, file), 'utf8'), file).toBe(`content of ${file}`);
    expect((await stat(join(layout.directory, file))).nlink, file).toBe(1);
  }
  expect(await readFile(join(layout.directory, TAKEN.file), 'utf8')).toBe('newer');
  const left = await listQuarantine(layout);
  expect(left.map(({ file }) => file)).toEqual([TAKEN.file]);
  expect(await readFile(quarantinedPath(layout, left[0]!), 'utf8')).toBe(`content of ${TAKEN.file}`);
  expect(await readdir(layout.quarantine)).toHaveLength(1);
}

/** Restores everything in a process that is killed instead of its n-th change of a folder. */
const CHILD = `
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
let left = Number(process.argv[2]);
for (const change of ['link', 'rename', 'unlink', 'rm', 'rmdir']) {
  // Small files of a fast disk are changed without a thread each.
  for (const [calls, name] of [[fs.promises, change], [fs, change + 'Sync']]) {
    const real = calls[name];
    calls[name] = (...words) => {
      if (left-- === 0) { process.kill(process.pid, 'SIGKILL'); for (;;); }
      return real.apply(calls, words);
    };
  }
}
syncBuiltinESMExports();
const { cacheLayout, listQuarantine, restoreFiles } = await import(${JSON.stringify(pathToFileURL(join(import.meta.dirname, 'index.ts')).href)});
const layout = cacheLayout(process.argv[3]);
await restoreFiles(layout, await listQuarantine(layout));
`;

describe('files that are put back', () => {
  it('have their one name again, and one whose name is taken stays in quarantine', async () => {
    await setAside();
    const told: string[] = [];
    const taken = await restoreFiles(layout, await listQuarantine(layout), { onRestored: (records) => told.push(...records.map(({ file }) => file)) });
    expect(taken.map(({ file }) => file)).toEqual([TAKEN.file]);
    expect(told.sort()).toEqual([...FILES, ALONE].map(({ file }) => file).sort());
    await expectRestored();
  });

  it('are told before, the newest first, with the sums of all', async () => {
    await setAside();
    const names = async (limit: number) => {
      const { records, count, bytes } = await newestInQuarantine(layout, limit);
      // "content of images/a.png" and its like: 23 bytes each, and 26 for the metadata.
      expect([count, bytes]).toEqual([5, 118]);
      return records.map(({ file }) => file);
    };
    const [newest, ...others] = await names(5);
    expect([newest, ...others].sort()).toEqual([...FILES, ALONE, TAKEN].map(({ file }) => file).sort());
    const oldestFirst = (await listQuarantine(layout)).map(({ file }) => file);
    expect([newest, ...others]).toEqual(oldestFirst.toReversed());
    expect(await names(2)).toEqual([newest, others[0]]);
  });

  it('get a taken name that was made free', async () => {
    await setAside();
    const taken = await restoreFiles(layout, await listQuarantine(layout), { onTaken: async ({ file }) => (await rm(join(layout.directory, file)), true) });
    expect(taken).toEqual([]);
    expect(await readFile(join(layout.directory, TAKEN.file), 'utf8')).toBe(`content of ${TAKEN.file}`);
    expect(existsSync(layout.privateDirectory)).toBe(false);
  });

  it('that have both names, because somebody died in between, are back; equal bytes of another file are not', async () => {
    await setAside();
    const records = await listQuarantine(layout);
    const first = records.find(({ file }) => file === FILES[0]!.file)!;
    await link(quarantinedPath(layout, first), join(layout.directory, first.file));
    await writeFile(join(layout.directory, TAKEN.file), `content of ${TAKEN.file}`);
    expect((await restoreFiles(layout, records)).map(({ file }) => file)).toEqual([TAKEN.file]);
    expect((await stat(join(layout.directory, first.file))).nlink).toBe(1);
  });

  it('are never lost and never overwrite, wherever the process dies, and the next one goes on', { timeout: 120_000 }, async () => {
    await writeFile(join(folder, 'child.mjs'), CHILD);
    let killed = 0;
    for (let at = 0; ; at++) {
      await setAside(`cache-${at}`);
      const { signal, status, stderr } = spawnSync(process.execPath, [join(folder, 'child.mjs'), String(at), layout.directory], { encoding: 'utf8' });
      if (signal === null) {
        expect(status, stderr).toBe(0);
        await expectRestored();
        break;
      }
      killed++;
      const aside = new Map((await listQuarantine(layout)).map((record) => [record.file, record]));
      for (const { file } of [...FILES, ALONE, TAKEN]) {
        const record = aside.get(file);
        const path = file === TAKEN.file || record !== undefined ? quarantinedPath(layout, record!) : join(layout.directory, file);
        expect(await readFile(path, 'utf8'), `${file} at ${at}`).toBe(`content of ${file}`);
      }
      expect(await readFile(join(layout.directory, TAKEN.file), 'utf8')).toBe('newer');
      await restoreFiles(layout, await listQuarantine(layout));
      await sweepEmptyRecords(layout);
      await expectRestored();
    }
    // Five links, four removals of files, the folder of the one alone, and folders that are empty then.
    expect(killed).toBeGreaterThanOrEqual(10);
  });
});
