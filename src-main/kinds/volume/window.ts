import type { VolumeParameters } from './contract.ts';
import type { VolumeExpectation } from './entry-file.ts';

/** Values that are drawn black and white. */
export interface GreyWindow {
  readonly min: number;
  readonly max: number;
}

/** The range the parameters map intensities to; undefined where they leave it open. The range may be given upside down. */
export function windowOf({ bMin, bMax }: Pick<VolumeExpectation, 'bMin' | 'bMax'>): GreyWindow | undefined {
  if (typeof bMin !== 'number' || typeof bMax !== 'number' || !Number.isFinite(bMin) || !Number.isFinite(bMax) || bMin === bMax) return undefined;
  return { min: Math.min(bMin, bMax), max: Math.max(bMin, bMax) };
}

/** Intensities of the scan that become black and white by the parameters; undefined where nothing is clipped. */
export function clippedRange({ aMin, aMax }: Pick<VolumeParameters, 'aMin' | 'aMax'>): GreyWindow | undefined {
  return aMin === aMax ? undefined : { min: Math.min(aMin, aMax), max: Math.max(aMin, aMax) };
}
