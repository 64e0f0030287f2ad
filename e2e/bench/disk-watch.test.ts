import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { DiskWatch } from './disk-watch.ts';

it('sees what comes and goes above what was there', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'larder-watch-'));
  await writeFile(join(folder, 'there'), Buffer.alloc(1 << 20, 1));
  const watch = await DiskWatch.start(folder);
  await mkdir(join(folder, 'below'));
  await writeFile(join(folder, 'below', 'comes'), Buffer.alloc(3 << 20, 1), { flush: true });
  await new Promise((resolve) => setTimeout(resolve, 400));
  await rm(join(folder, 'below'), { recursive: true });
  const peak = await watch.stop();
  expect(peak).toBeGreaterThanOrEqual(3 << 20);
  expect(peak).toBeLessThan(3.2 * 2 ** 20);
  await rm(folder, { recursive: true });
});
