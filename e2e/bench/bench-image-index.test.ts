import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { benchImageIndex } from './bench-image-index.ts';

it('writes an index that json.dump writes just so, at two sizes', async ({ skip }) => {
  try {
    execFileSync('python3', ['--version']);
  } catch {
    skip('no python3 on this machine');
  }
  const folder = mkdtempSync(join(tmpdir(), 'larder-bench-'));
  try {
    const { figures } = await benchImageIndex({ interpreter: 'python3', folder, runs: 2, entries: 500 });
    expect(figures.map(({ larder }) => larder.length)).toEqual([2, 2, 2, 2, 1]);
    expect(figures.flatMap(({ larder, python }) => [...larder, ...(python ?? [])]).every(Number.isFinite)).toBe(true);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
