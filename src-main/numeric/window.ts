/**
 * Intensity window as MONAI 1.5.0 `ScaleIntensityRange` applies it (monai/transforms/intensity/array.py):
 * [aMin, aMax] becomes [bMin, bMax] and, unless the window is empty, values outside are clipped.
 * All constants are float32 values.
 */
export interface IntensityWindow {
  readonly aMin: number;
  /** aMax − aMin; 1 for an empty window, where only aMin is subtracted and bMin added. */
  readonly width: number;
  /** bMax − bMin; 1 if one of them is missing. */
  readonly range: number;
  /** bMin, or 0 where nothing is added. */
  readonly base: number;
  /** Clip bounds; ±Infinity where nothing is clipped. `low` is applied first. */
  readonly low: number;
  readonly high: number;
}

/**
 * The window as one multiply-add, float64: v·factor + shift is the result before clipping, measured from
 * the middle of the clip bounds. With finite bounds in order, clipping is
 * (|s + half| − |s − half|)/2 + middle, which needs no branch.
 */
export interface LinearWindow {
  readonly factor: number;
  readonly shift: number;
  /** Half the distance of the bounds; Infinity if one is missing, negative if they are exchanged. */
  readonly half: number;
  /** 0 if a bound is missing. */
  readonly middle: number;
  readonly low: number;
  readonly high: number;
}

/**
 * @param aMin lower end of the window, units of the scan; larger than aMax inverts
 * @param bMin what aMin becomes; null: no rescaling, and only the other bound clips
 */
export function intensityWindow(aMin: number, aMax: number, bMin: number | null, bMax: number | null): IntensityWindow {
  const width = aMax - aMin;
  const base = Math.fround(bMin ?? 0);
  if (width === 0) return { aMin: Math.fround(aMin), width: 1, range: 1, base, low: -Infinity, high: Infinity };
  const isRescaled = bMin !== null && bMax !== null;
  return {
    aMin: Math.fround(aMin),
    width: Math.fround(width),
    range: isRescaled ? Math.fround(bMax - bMin) : 1,
    base: isRescaled ? base : 0,
    low: bMin === null ? -Infinity : base,
    high: bMax === null ? Infinity : Math.fround(bMax),
  };
}

/**
 * The window in the float32 steps of the reference, bit for bit. For voxels that were not
 * interpolated, where the result would otherwise differ in the last bit for no reason.
 *
 * @param value float32 value
 */
export function applyWindow(window: IntensityWindow, value: number): number {
  const scaled = Math.fround(Math.fround(value - window.aMin) / window.width);
  const moved = Math.fround(Math.fround(scaled * window.range) + window.base);
  const raised = moved < window.low ? window.low : moved;
  return raised > window.high ? window.high : raised;
}

/** The multiply-add form; differs from the float32 steps by at most 2e-7 of the range. */
export function linearWindow(window: IntensityWindow): LinearWindow {
  const { low, high } = window;
  const factor = window.range / window.width;
  const half = (high - low) / 2;
  const middle = Number.isFinite(half) ? (low + high) / 2 : 0;
  return { factor, shift: window.base - window.aMin * factor - middle, half, middle, low, high };
}

export function applyLinearWindow({ factor, shift, middle, low, high }: LinearWindow, value: number): number {
  const scaled = value * factor + shift + middle;
  const raised = scaled < low ? low : scaled;
  return raised > high ? high : raised;
}
