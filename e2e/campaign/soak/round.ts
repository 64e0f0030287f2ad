import { join } from 'node:path';
import { rmSync } from 'node:fs';
import { flipBit } from '../../sample/index.ts';
import type { Draw } from '../draw.ts';
import type { Page } from './page.ts';

/** A cache on which rounds are lived. */
export interface LivedCache {
  readonly id: number;
  readonly directory: string;
  /** What the door shows of an entry of its kind. */
  readonly pictures: readonly (readonly [route: string, extension: string])[];
}

export const VOLUME_PICTURES = [['thumb', 'png'], ['slices', 'png'], ['vol', 'nii']] as const;
export const IMAGE_PICTURES = [['thumb', 'png'], ['slices', 'png']] as const;

/**
 * One round of what goes on for weeks where Larder is left running: damage, a check, a repair, an item removed, looked at
 * all the while; then everything is as it was.
 */
export async function liveRound(page: Page, cache: LivedCache, draw: Draw): Promise<void> {
  const { id: cacheId, directory } = cache;
  await page.open();
  await browse(page, cache, draw);
  const { rows } = await page.ask('cache.items', { cacheId, sort: 'name', limit: 100 });
  const present = rows.filter(({ file, state }) => file !== null && state === 'cached');
  const damaged = draw.oneOf(present);
  await flipBit(join(directory, damaged.file!));
  const gone = draw.oneOf(present.filter(({ key }) => key !== damaged.key));
  rmSync(join(directory, gone.file!));
  await page.follow(await page.ask('cache.verify', { cacheId }));
  await browse(page, cache, draw);
  await page.follow(await page.ask('cache.fix', { cacheId }));
  await page.follow(await page.ask('cache.clear', { cacheId, only: [damaged.key] }));
  await page.follow(await page.ask('cache.generate', { cacheId }));
  await page.ask('quarantine.purge', { cacheId, all: true });
  await browse(page, cache, draw);
  await page.leave();
}

async function browse(page: Page, { id: cacheId, pictures }: LivedCache, draw: Draw): Promise<void> {
  await page.ask('library.list', {});
  await page.ask('cache.refresh', { cacheId });
  await page.ask('cache.overview', { cacheId });
  await page.ask('cache.findings', { cacheId });
  await page.ask('cache.storage', { cacheId });
  for (const sort of ['name', 'size', 'state'] as const) await page.ask('cache.items', { cacheId, sort, limit: 50 });
  const { rows } = await page.ask('cache.items', { cacheId, limit: 50 });
  const entry = draw.oneOf(rows.filter(({ state }) => state === 'cached'));
  await page.ask('cache.entry', { cacheId, key: entry.key });
  for (const [route, extension] of pictures) await page.picture(`/_data/${route}/${cacheId}-${entry.key}.${extension}`);
}
