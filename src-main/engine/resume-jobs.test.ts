import fs from 'node:fs';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { keepForResume } from './resume-jobs.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'larder-resume-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('jobs that quitting stops', () => {
  it('are kept beside those that another window has left', async () => {
    const path = join(folder, 'resume.json');
    keepForResume(path, [{ id: 'a', isPaused: false }]);
    keepForResume(path, [{ id: 'b', isPaused: true }]);
    expect(JSON.parse(await readFile(path, 'utf8'))).toEqual(['a', { id: 'b', isPaused: true }]);
    expect(await readdir(folder)).toEqual(['resume.json']);
  });

  it('take nothing from those that were kept before where the disk is full', async () => {
    const path = join(folder, 'resume.json');
    keepForResume(path, [{ id: 'a', isPaused: false }]);
    const real = fs.writeFileSync;
    const told = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    // As a full disk does it: the file is there, and nothing in it.
    fs.writeFileSync = ((file: fs.PathOrFileDescriptor) => {
      real(file, '');
      throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    }) as typeof real;
    syncBuiltinESMExports();
    try {
      keepForResume(path, [{ id: 'b', isPaused: false }]);
    } finally {
      fs.writeFileSync = real;
      syncBuiltinESMExports();
    }
    expect(told).toHaveBeenCalledWith(expect.stringContaining('Jobs will not go on by themselves: ENOSPC'));
    told.mockRestore();
    expect(JSON.parse(await readFile(path, 'utf8'))).toEqual(['a']);
    expect(await readdir(folder)).toEqual(['resume.json']);
  });
});
