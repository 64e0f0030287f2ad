/**
 * Test only: the formulas of docs/formats/volume-pipeline.md written down literally, whole volumes at a
 * time: every voxel gathered from its 8 neighbours, no order tricks, no tables. Slow, and easy to check
 * against the document. The streaming code must agree with it.
 */
import { applyWindow, intensityWindow, linearPosition, resizeSigma, smoothingKernel, type Matrix } from '../../numeric/index.ts';
import type { VolumeParameters } from './contract.ts';
import type { VolumeGeometry } from './geometry.ts';

/** One channel, pipeline axis order: element (i, j, k) at (i·sizes[1] + j)·sizes[2] + k. */
interface Volume {
  readonly sizes: readonly number[];
  readonly values: Float32Array;
}

/** Calls `at` for every index triple, last axis fastest. */
function build(sizes: readonly number[], at: (index: readonly [number, number, number]) => number): Volume {
  const values = new Float32Array(sizes[0]! * sizes[1]! * sizes[2]!);
  let n = 0;
  for (let i = 0; i < sizes[0]!; i++) {
    for (let j = 0; j < sizes[1]!; j++) for (let k = 0; k < sizes[2]!; k++) values[n++] = at([i, j, k]);
  }
  return { sizes, values };
}

function valueAt({ sizes, values }: Volume, index: readonly number[]): number {
  return values[(index[0]! * sizes[1]! + index[1]!) * sizes[2]! + index[2]!]!;
}

/**
 * @param voxels one channel as float32, file order (file axis 0 fastest)
 * @returns one channel of the result, C order over pipeline axes, float32
 */
export function preprocessReference(voxels: Float32Array, geometry: VolumeGeometry, parameters: VolumeParameters): Float32Array {
  const oriented = orient(voxels, geometry);
  const spaced = geometry.isResampled ? resample(oriented, geometry.spacedSizes, geometry.toOriented) : oriented;
  const window = intensityWindow(parameters.aMin, parameters.aMax, parameters.bMin, parameters.bMax);
  const windowed: Volume = { sizes: geometry.spacedSizes, values: spaced.values.map((value) => applyWindow(window, value)) };
  const targetSizes = geometry.axes.map((axis) => axis.targetSize);
  if (!geometry.isResized) return windowed.values;
  const smoothed = [0, 1, 2].reduce((volume, axis) => smooth(volume, axis, targetSizes[axis]!), windowed);
  return interpolate(smoothed, targetSizes).values;
}

function orient(voxels: Float32Array, geometry: VolumeGeometry): Volume {
  const fileSizes = [...geometry.fileSizes, 1].slice(0, 3);
  return build(geometry.axes.map((axis) => axis.sourceSize), (index) => {
    const file = [0, 0, 0];
    geometry.axes.forEach((axis, e) => {
      file[axis.fileAxis] = axis.isFlipped ? axis.sourceSize - 1 - index[e]! : index[e]!;
    });
    return voxels[file[0]! + fileSizes[0]! * (file[1]! + fileSizes[1]! * file[2]!)]!;
  });
}

function resample(volume: Volume, sizes: readonly number[], toOld: Matrix): Volume {
  return build(sizes, (index) => gather(volume, [0, 1, 2].map((row) => rowTimes(toOld, row, index))));
}

function rowTimes(matrix: Matrix, row: number, index: readonly number[]): number {
  const at = row * 4;
  return matrix[at]! * index[0]! + matrix[at + 1]! * index[1]! + matrix[at + 2]! * index[2]! + matrix[at + 3]!;
}

/** Trilinear interpolation with the border voxels repeated outwards, summed in float64. */
function gather(volume: Volume, position: readonly number[]): number {
  const clamped = position.map((p, axis) => Math.min(Math.max(p, 0), volume.sizes[axis]! - 1));
  let sum = 0;
  for (let corner = 0; corner < 8; corner++) {
    let weight = 1;
    const index = clamped.map((p, axis) => {
      const isUpper = ((corner >> axis) & 1) === 1;
      const below = Math.floor(p);
      weight *= isUpper ? p - below : 1 - (p - below);
      return isUpper ? Math.min(below + 1, volume.sizes[axis]! - 1) : below;
    });
    sum += weight * valueAt(volume, index);
  }
  return sum;
}

function smooth(volume: Volume, axis: number, target: number): Volume {
  const size = volume.sizes[axis]!;
  if (target >= size) return volume;
  const kernel = smoothingKernel(resizeSigma(size, target));
  const tail = (kernel.length - 1) / 2;
  return build(volume.sizes, (index) => {
    let sum = 0;
    for (let k = -tail; k <= tail; k++) {
      const at = index[axis]! + k;
      if (at >= 0 && at < size) sum += kernel[k + tail]! * valueAt(volume, index.with(axis, at));
    }
    return sum;
  });
}

function interpolate(volume: Volume, targetSizes: readonly number[]): Volume {
  return build(targetSizes, (index) =>
    gather(volume, index.map((i, axis) => (targetSizes[axis] === volume.sizes[axis] ? i : linearPosition(i, volume.sizes[axis]!, targetSizes[axis]!)))),
  );
}
