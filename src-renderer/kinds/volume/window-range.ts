import type { VolumeFileFacts } from '../../../src-main/kinds/volume/contract.ts';
import type { GreyWindow } from './volume-scene.ts';

export const UNKNOWN_WINDOW: GreyWindow = { min: 0, max: 1 };

/** What is drawn black and white at first: the range of the parameters, the same for the whole cache; else that of the values. */
export function windowOf(file: Pick<VolumeFileFacts, 'window' | 'statistics'> | null): GreyWindow {
  return file?.window ?? valuesOf(file) ?? UNKNOWN_WINDOW;
}

/** From where to where the sliders reach: the window and all values. */
export function rangeOf(file: Pick<VolumeFileFacts, 'window' | 'statistics'> | null): GreyWindow {
  const window = windowOf(file);
  const values = valuesOf(file) ?? window;
  return { min: Math.min(window.min, values.min), max: Math.max(window.max, values.max) };
}

/** A constant volume gets a little room on both sides. */
function valuesOf(file: Pick<VolumeFileFacts, 'statistics'> | null): GreyWindow | undefined {
  const { min, max } = file?.statistics ?? { min: null, max: null };
  if (min === null || max === null) return undefined;
  return min < max ? { min, max } : { min: min - 0.5, max: max + 0.5 };
}
