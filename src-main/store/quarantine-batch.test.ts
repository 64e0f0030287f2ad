import { mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, parse } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cacheLayout, listQuarantine, purgeFromQuarantine, quarantineFiles, restoreFromQuarantine } from './index.ts';
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
    await rm(join(layout.quarantine, name, 'manifest.jsonl'));
    await mkdir(join(layout.quarantine, name, 'manifest.jsonl'));
    await expect(listQuarantine(layout)).rejects.toMatchObject({ code: 'IO_FAILED', message: expect.stringContaining(name) as string });
    await expect(purgeFromQuarantine(layout, id)).rejects.toMatchObject({ code: 'IO_FAILED' });
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

  it('with a damaged manifest are listed as far as it can be read', async () => {
    await quarantineFiles(layout, FILES, WHY);
    const [batch] = await readdir(layout.quarantine);
    const path = join(layout.quarantine, batch!, 'manifest.jsonl');
    const text = await readFile(path, 'utf8');
    await writeFile(path, text.slice(0, text.length - 40));
    expect(await listQuarantine(layout)).toHaveLength(FILES.length - 1);
  });
});
