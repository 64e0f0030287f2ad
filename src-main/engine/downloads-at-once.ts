import type { KindConfig } from '../kinds/index.ts';

/** Where the config does not say it; more rarely helps and may be unkind to the link. */
const DOWNLOADS_AT_ONCE = 4;
const MOST_DOWNLOADS_AT_ONCE = 16;

export function downloadsAtOnce(config: KindConfig): number {
  return Math.min(MOST_DOWNLOADS_AT_ONCE, config.repository?.maxWorkers ?? DOWNLOADS_AT_ONCE);
}
