import type { GreyWindow } from './volume-scene.ts';

/**
 * The window of the raw volume that shows it as bright as the cached one: preprocessing maps `raw` to
 * `cached` along a line.
 *
 * @param shown window of the cached volume
 * @param cached range the parameters map to; null where they leave it open
 * @param raw range the parameters map from
 */
export function linkedWindow(shown: GreyWindow, cached: GreyWindow | null, raw: GreyWindow): GreyWindow {
  if (cached === null || cached.max <= cached.min) return raw;
  const scale = (raw.max - raw.min) / (cached.max - cached.min);
  return { min: raw.min + (shown.min - cached.min) * scale, max: raw.min + (shown.max - cached.min) * scale };
}
