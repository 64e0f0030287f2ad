import { mkdir, mkdtemp, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { DiskWatch } from './disk-watch.ts';

it('sees what comes and goes above what was there', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'larder-watch-'));
  await writeFile(join(folder, 'there'), Buffer.alloc(1 << 20, 1));
  const watch = DiskWatch.start(folder);
  await mkdir(join(folder, 'below'));
  await writeFile(join(folder, 'below', 'comes'), Buffer.alloc(3 << 20, 1), { flush: true });
  await new Promise((resolve) => setTimeout(resolve, 400));
  await rm(join(folder, 'below'), { recursive: true });
  const peak = await watch.stop();
  expect(peak).toBeGreaterThanOrEqual(3 << 20);
  expect(peak).toBeLessThan(3.2 * 2 ** 20);
  await rm(folder, { recursive: true });
});

it('sees a file that takes the name of a finished one', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'larder-watch-'));
  const elsewhere = await mkdtemp(join(tmpdir(), 'larder-watch-'));
  const [index, draft] = [join(folder, 'index'), join(elsewhere, 'draft')];
  await writeFile(index, Buffer.alloc(1 << 20, 1));
  await utimes(index, 1, 1);
  await writeFile(draft, Buffer.alloc(3 << 20, 1), { flush: true });
  const watch = DiskWatch.start(folder);
  await rename(draft, index);
  expect(await watch.stop()).toBe(2 << 20);
  for (const one of [folder, elsewhere]) await rm(one, { recursive: true });
});
