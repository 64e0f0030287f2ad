import fs from 'node:fs';
import { mkdir, mkdtemp, readFile, readdir, rm, rmdir, symlink, writeFile } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join, parse } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cacheLayout, listQuarantine, purgeFromQuarantine, quarantineFiles, restoreFromQuarantine, sweepEmptyRecords } from './index.ts';
import type { CacheLayout } from './index.ts';

const WHY = { reason: { code: 'cleared', message: 'Asked for.' }, nowMs: 1_700_000_000_000, larderVersion: '1.0.0' };
const FILES = ['images/a.png', 'metadata/a.json', 'images/b.png', 'top.pt'].map((file) => ({ file, key: parse(file).name, name: `name of ${file}` }));

let folder: string;
let layout: CacheLayout;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'larder-batch-'));
  layout = cacheLayout(join(folder, 'cache'));
  for (const inner of ['images', 'metadata']) await mkdir(join(layout.directory, inner), { recursive: true });
  for (const { file } of FILES) await writeFile(join(layout.directory, file), `content of ${file}`);
});
afterEach(() => rm(folder, { recursive: true }));

const inCache = async (): Promise<string[]> => (await readdir(layout.directory, { recursive: true })).filter((name) => /\.(png|json|pt)$/.test(name) && !name.startsWith('.larder')).sort();

describe('many files set aside at once', () => {
  it('whose reasons the disk does not show are told as a failing disk, with their folder', async () => {
    const [{ id } = { id: '' }] = await quarantineFiles(layout, FILES, WHY);
    const [name = ''] = await readdir(layout.quarantine);
    const { readFile: real } = fs.promises;
    Object.assign(fs.promises, {
      readFile: async (...words: Parameters<typeof real>) => {
        if (words[0].toString().endsWith('manifest.jsonl')) throw Object.assign(new Error('EIO: i/o error, read'), { code: 'EIO' });
        return await real(...words);
      },
    });
    syncBuiltinESMExports();
    try {
      await expect(listQuarantine(layout)).rejects.toMatchObject({ code: 'IO_FAILED', message: expect.stringContaining(name) as string });
      await expect(purgeFromQuarantine(layout, id)).rejects.toMatchObject({ code: 'IO_FAILED' });
    } finally {
      Object.assign(fs.promises, { readFile: real });
      syncBuiltinESMExports();
    }
  });

  it('leave the cache, are listed with their reasons, and go back one by one', async () => {
    const moved = await quarantineFiles(layout, [...FILES, { file: 'images/gone.png', key: null, name: null }], WHY);
    expect(moved.map(({ file }) => file)).toEqual(FILES.map(({ file }) => file));
    expect(await inCache()).toEqual([]);
    expect(await readdir(layout.quarantine)).toHaveLength(1);
    const listed = await listQuarantine(layout);
    expect(listed).toMatchObject(FILES.map((facts) => ({ ...facts, reason: WHY.reason, quarantinedAtMs: WHY.nowMs, sizeBytes: `content of ${facts.file}`.length })));
    for (const [at, { id }] of listed.entries()) {
      await restoreFromQuarantine(layout, id);
      expect(await listQuarantine(layout)).toHaveLength(FILES.length - at - 1);
      await expect(restoreFromQuarantine(layout, id)).rejects.toMatchObject({ code: 'ENTRY_NOT_FOUND' });
    }
    expect(await inCache()).toEqual(FILES.map(({ file }) => file).sort());
    expect(await readFile(join(layout.directory, 'images/b.png'), 'utf8')).toBe('content of images/b.png');
    expect((await readdir(layout.directory)).sort()).toEqual(['images', 'metadata', 'top.pt']);
  });

  it('are purged one by one, and nothing of them stays', async () => {
    for (const { id } of await quarantineFiles(layout, FILES, WHY)) await purgeFromQuarantine(layout, id);
    expect((await readdir(layout.directory)).sort()).toEqual(['images', 'metadata']);
  });

  it('whose move was cut short are where they were or in quarantine, with the reason', async () => {
    const moved = await quarantineFiles(layout, FILES, WHY);
    // As if the process had died before the last two renames.
    for (const { id } of moved.slice(2)) await restoreFromQuarantine(layout, id);
    expect((await listQuarantine(layout)).map(({ file, key }) => [file, key])).toEqual([['images/a.png', 'a'], ['metadata/a.json', 'a']]);
  });

  it('never lead out of the quarantine: a link in it is not followed', async () => {
    const [first] = await quarantineFiles(layout, FILES.slice(0, 1), WHY);
    const [batch] = await readdir(layout.quarantine);
    await rm(join(layout.quarantine, batch!, 'images'), { recursive: true });
    await mkdir(join(folder, 'elsewhere'));
    await writeFile(join(folder, 'elsewhere', 'a.png'), 'mine');
    await symlink(join(folder, 'elsewhere'), join(layout.quarantine, batch!, 'images'));
    expect(await listQuarantine(layout)).toEqual([]);
    await expect(purgeFromQuarantine(layout, first!.id)).rejects.toMatchObject({ code: 'ENTRY_NOT_FOUND' });
    expect(await readFile(join(folder, 'elsewhere', 'a.png'), 'utf8')).toBe('mine');
  });

  it('are all listed with a damaged manifest, those without their reason too', async () => {
    await quarantineFiles(layout, FILES, WHY);
    const [batch] = await readdir(layout.quarantine);
    const path = join(layout.quarantine, batch!, 'manifest.jsonl');
    const text = await readFile(path, 'utf8');
    await writeFile(path, text.slice(0, text.length - 40));
    const listed = await listQuarantine(layout);
    expect(listed.map(({ file, reason }) => [file, reason.code])).toEqual(FILES.map(({ file }, at) => [file, at === FILES.length - 1 ? 'unknown' : 'cleared']));
    await restoreFromQuarantine(layout, listed.at(-1)!.id);
    expect(await inCache()).toEqual(['top.pt']);
    expect((await listQuarantine(layout)).map(({ id }) => id)).toEqual(listed.slice(0, -1).map(({ id }) => id));
  });

  it.each([['restored', restoreFromQuarantine], ['purged', purgeFromQuarantine]])('whose manifest is lost stay when one of them is %s', async (_what, take) => {
    await quarantineFiles(layout, FILES, WHY);
    const [batch] = await readdir(layout.quarantine);
    await rm(join(layout.quarantine, batch!, 'manifest.jsonl'));
    const listed = await listQuarantine(layout);
    expect(listed.map(({ file }) => file).sort()).toEqual(FILES.map(({ file }) => file).sort());
    const first = listed.find(({ file }) => file === 'top.pt')!;
    await take(layout, first.id);
    const left = listed.filter(({ id }) => id !== first.id);
    expect(await listQuarantine(layout)).toEqual(left);
    for (const { id } of left) await restoreFromQuarantine(layout, id);
    expect(await inCache()).toEqual(FILES.map(({ file }) => file).filter((file) => take === restoreFromQuarantine || file !== 'top.pt').sort());
    expect((await readdir(layout.directory)).sort()).toEqual(['images', 'metadata', ...(take === restoreFromQuarantine ? ['top.pt'] : [])]);
  });

  it('go back where a folder of the cache is gone with a copy that leaves out empty ones', async () => {
    const moved = await quarantineFiles(layout, FILES, WHY);
    for (const inner of ['images', 'metadata']) await rmdir(join(layout.directory, inner));
    for (const { id } of moved) await restoreFromQuarantine(layout, id);
    expect(await inCache()).toEqual(FILES.map(({ file }) => file).sort());
  });

  it('are set aside whole where a purge beside it takes their folder for an empty one', async () => {
    const real = fs.renameSync;
    let renames = 0;
    fs.renameSync = (from, to) => {
      // As whoever purged the first two and tidied up after itself.
      if (to.toString().startsWith(layout.quarantine) && renames++ === 2) fs.rmSync(join(layout.quarantine, fs.readdirSync(layout.quarantine)[0]!), { recursive: true });
      real(from, to);
    };
    syncBuiltinESMExports();
    try {
      expect(await quarantineFiles(layout, FILES, WHY)).toHaveLength(FILES.length);
    } finally {
      fs.renameSync = real;
      syncBuiltinESMExports();
    }
    expect((await listQuarantine(layout)).map(({ file, reason }) => [file, reason])).toEqual(FILES.slice(2).map(({ file }) => [file, WHY.reason]));
    expect(await inCache()).toEqual([]);
  });

  it('come to no harm where their folder is swept as that of a record of nothing', async () => {
    const real = fs.promises.rm;
    const realReaddir = fs.promises.readdir;
    await mkdir(join(layout.quarantine, 'batch', 'images'), { recursive: true });
    await writeFile(join(layout.quarantine, 'batch', 'manifest.jsonl'), '');
    // Moved there after it was looked into, and before it goes.
    const move = (): void => {
      if (fs.existsSync(join(layout.directory, 'images/a.png'))) fs.renameSync(join(layout.directory, 'images/a.png'), join(layout.quarantine, 'batch/images/a.png'));
    };
    Object.assign(fs.promises, { rm: (...words: Parameters<typeof real>) => (move(), real(...words)), readdir: (...words: Parameters<typeof realReaddir>) => (words[0].toString().endsWith('batch') && move(), realReaddir(...words)) });
    syncBuiltinESMExports();
    try {
      await sweepEmptyRecords(layout);
    } finally {
      Object.assign(fs.promises, { rm: real, readdir: realReaddir });
      syncBuiltinESMExports();
    }
    const [listed] = await listQuarantine(layout);
    expect(listed).toMatchObject({ file: 'images/a.png', reason: { code: 'unknown' } });
    await restoreFromQuarantine(layout, listed!.id);
    expect(await readFile(join(layout.directory, 'images/a.png'), 'utf8')).toBe('content of images/a.png');
  });

  it('may be a folder under the name of an entry, which is one thing to put back or to purge', async () => {
    await mkdir(join(layout.directory, 'folder.pt'));
    await writeFile(join(layout.directory, 'folder.pt', 'inside'), 'mine');
    const [first] = await quarantineFiles(layout, [{ file: 'folder.pt', key: null, name: null }], WHY);
    expect(await listQuarantine(layout)).toEqual([first]);
    await restoreFromQuarantine(layout, first!.id);
    expect(await readFile(join(layout.directory, 'folder.pt', 'inside'), 'utf8')).toBe('mine');
    const [again] = await quarantineFiles(layout, [{ file: 'folder.pt', key: null, name: null }], WHY);
    await purgeFromQuarantine(layout, again!.id);
    expect((await readdir(layout.directory)).sort()).toEqual(['images', 'metadata', 'top.pt']);
  });
});
