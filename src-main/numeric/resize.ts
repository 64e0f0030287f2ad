import { erf } from './erf.ts';

/**
 * Smoothing and linear interpolation along one axis as one banded matrix: output i is
 * Σ_k weights[i·width + k] · input[starts[i] + k]. Input positions outside 0…m−1 count as 0.0, so
 * `starts` may be negative and a band may reach beyond the end.
 */
export interface ResizeBand {
  readonly inputSize: number;
  readonly outputSize: number;
  /** Inputs per output. 1 means the axis is copied as it is. */
  readonly width: number;
  readonly starts: Int32Array;
  readonly weights: Float64Array;
}

/**
 * Band of one axis of MONAI 1.5.0 `Resize` (mode trilinear, anti_aliasing, align_corners None):
 * `GaussianFilter` with zero padding, then `torch.nn.functional.interpolate`.
 *
 * The kernel is not normalised and voxels outside count as 0.0, as in the reference; both are visible
 * in the result. Positions are float32 with a single rounding, as PyTorch since 2.0 computes them on
 * a CPU with fused multiply-add: at sizes of 200 to 500 that is up to 3e-5 voxel off the exact one.
 *
 * @param inputSize m, voxels before
 * @param outputSize o, voxels after
 */
export function resizeBand(inputSize: number, outputSize: number): ResizeBand {
  if (inputSize === outputSize) return copyBand(inputSize);
  const kernel = outputSize < inputSize ? smoothingKernel(resizeSigma(inputSize, outputSize)) : Float64Array.of(1);
  const tail = (kernel.length - 1) / 2;
  const width = kernel.length + 1;
  const starts = new Int32Array(outputSize);
  const weights = new Float64Array(outputSize * width);
  for (let i = 0; i < outputSize; i++) {
    const position = linearPosition(i, inputSize, outputSize);
    const below = Math.min(Math.floor(position), inputSize - 1);
    const above = Math.min(below + 1, inputSize - 1);
    const fraction = position - below;
    starts[i] = below - tail;
    for (let k = 0; k < kernel.length; k++) {
      weights[i * width + k]! += (1 - fraction) * kernel[k]!;
      weights[i * width + k + above - below]! += fraction * kernel[k]!;
    }
  }
  return { inputSize, outputSize, width, starts, weights };
}

function copyBand(size: number): ResizeBand {
  const starts = Int32Array.from({ length: size }, (_, i) => i);
  return { inputSize: size, outputSize: size, width: 1, starts, weights: new Float64Array(size).fill(1) };
}

/** Width of the smoothing that MONAI chooses for a shrinking axis, in input voxels (float32 value). */
export function resizeSigma(inputSize: number, outputSize: number): number {
  const factor = Math.fround(Math.fround(inputSize) / Math.fround(outputSize));
  return Math.max(0, Math.fround((factor - 1) / 2));
}

/** Source position of output voxel i, in input voxels (float32 value, not below 0). */
export function linearPosition(i: number, inputSize: number, outputSize: number): number {
  const scale = Math.fround(Math.fround(inputSize) / Math.fround(outputSize));
  return Math.max(0, Math.fround(scale * (i + 0.5) - 0.5));
}

/**
 * MONAI's `gaussian_1d` in its error-function form (monai/networks/layers/convutils.py), truncated at
 * 4 sigma, every step in float32. Its sum is about 0.99994.
 *
 * @param sigma float32 value; 0 gives the kernel [1]
 * @returns 2·tail + 1 weights, index tail is the centre
 */
export function smoothingKernel(sigma: number): Float64Array {
  if (sigma === 0) return Float64Array.of(1);
  const tail = Math.trunc(Math.max(4 * sigma, 0.5) + 0.5);
  const steepness = Math.fround(Math.fround(0.707_106_78) / sigma);
  const edge = (x: number): number => Math.fround(erf(Math.fround(steepness * x)));
  return Float64Array.from({ length: 2 * tail + 1 }, (_, k) => {
    const x = k - tail;
    return Math.max(0, Math.fround(0.5 * Math.fround(edge(x + 0.5) - edge(x - 0.5))));
  });
}
