import { execFileSync } from 'node:child_process';
import { link, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { diskUsage } from './disk-usage.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'larder-du-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const signal = new AbortController().signal;
const partOf = ([first = '']: readonly string[]) => (first.endsWith('.pt') ? ('entries' as const) : first === 'q' ? ('quarantine' as const) : ('other' as const));

async function fill(): Promise<void> {
  await mkdir(join(root, 'q', 'deep'), { recursive: true });
  await writeFile(join(root, 'a.pt'), Buffer.alloc(10_000, 1));
  await writeFile(join(root, 'b.pt'), Buffer.alloc(1, 1));
  await writeFile(join(root, 'q', 'deep', 'c'), Buffer.alloc(70_000, 1));
  await writeFile(join(root, 'empty.json'), '');
  await link(join(root, 'a.pt'), join(root, 'again.pt'));
  await symlink('/', join(root, 'out'));
}

describe('disk usage', () => {
  it.runIf(process.platform === 'linux')('is what du says, with links, second names and folders', async () => {
    await fill();
    const usage = await diskUsage(root, { partOf }, signal);
    const du = Number(execFileSync('du', ['-s', '--block-size=1', root], { encoding: 'utf8' }).split('\t')[0]);
    expect(usage.allocatedBytes).toBe(du);
    expect(usage.parts.reduce((sum, share) => sum + share.allocatedBytes, 0)).toBe(du);
  });

  it('has the lengths of the files by what they are for', async () => {
    await fill();
    const { parts, sizeBytes } = await diskUsage(root, { partOf }, signal);
    const size = (part: string) => parts.find((share) => share.part === part)?.sizeBytes;
    expect([size('entries'), size('quarantine'), size('other'), size('folders')]).toEqual([10_001, 70_000, 1, 0]);
    expect(sizeBytes).toBe(80_002);
  });

  it('leaves out what is counted elsewhere, and says that a folder is gone', async () => {
    await fill();
    const { parts } = await diskUsage(root, { partOf, skip: new Set([join(root, 'q')]) }, signal);
    expect(parts.map(({ part }) => part)).toEqual(['entries', 'other', 'folders']);
    expect(await diskUsage(join(root, 'gone'), { partOf }, signal)).toMatchObject({ isThere: false, allocatedBytes: 0, parts: [] });
  });

  it('stops when it is told to', async () => {
    await expect(diskUsage(root, { partOf }, AbortSignal.abort())).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});
