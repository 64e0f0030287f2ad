import type { ResizeBand } from '../../numeric/index.ts';
import type { AxisPlan } from './geometry.ts';
import type { RowLoops } from './preprocess-loops.ts';

/**
 * Linear interpolation along one axis of the file: spaced voxel j lies between file voxels `lower[j]`
 * and `lower[j] + step`, at `weight[j]` of the way. Flips are in the indices. Where `weight` is 0 the
 * second voxel may lie outside the axis and must be read as anything finite.
 */
export interface PairTable {
  readonly lower: Int32Array;
  readonly weight: Float64Array;
  readonly step: 1 | -1;
}

/**
 * Fills the table for positions `scale·j + origin` in oriented voxels. Positions outside the axis take
 * the border voxel (padding mode border).
 */
export function fillPairTable(table: PairTable, axis: AxisPlan, scale: number, origin: number): void {
  const { lower, weight } = table;
  const last = axis.sourceSize - 1;
  for (let j = 0; j < lower.length; j++) {
    const position = scale * j + origin;
    const clamped = position > 0 ? (position < last ? position : last) : 0;
    const below = Math.floor(clamped);
    weight[j] = clamped - below;
    lower[j] = axis.isFlipped ? last - below : below;
  }
}

export function pairTable(axis: AxisPlan, scale: number, origin: number, loops: RowLoops): PairTable {
  const table: PairTable = { lower: loops.int32(axis.spacedSize), weight: loops.float64(axis.spacedSize), step: axis.isFlipped ? -1 : 1 };
  fillPairTable(table, axis, scale, origin);
  return table;
}

/** Spaced slices that can be computed once file slice s has arrived, per s. */
export function spacedSlicesBySource(table: PairTable, sourceSize: number): number[][] {
  const schedule: number[][] = Array.from({ length: sourceSize }, () => []);
  table.lower.forEach((lower, j) => {
    const other = table.weight[j] === 0 ? lower : lower + table.step;
    schedule[Math.max(lower, other)]!.push(j);
  });
  return schedule;
}

/** Which output slices a spaced slice contributes to, and how much. */
export interface Contribution {
  readonly output: number;
  readonly weight: number;
}

/** A resize band turned round: per input, its outputs. Zero weights and inputs outside are dropped. */
export function contributionsByInput(band: ResizeBand): Contribution[][] {
  const result: Contribution[][] = Array.from({ length: band.inputSize }, () => []);
  for (let output = 0; output < band.outputSize; output++) {
    for (let k = 0; k < band.width; k++) {
      const weight = band.weights[output * band.width + k]!;
      if (weight !== 0) result[band.starts[output]! + k]?.push({ output, weight });
    }
  }
  return result;
}

/** A band whose width is a multiple of 4 (or 1), and which reads a row that starts `pad` zeros early. */
export interface PaddedBand {
  readonly starts: Int32Array;
  readonly weights: Float64Array;
  readonly width: number;
  /** Zeros in front of the row. */
  readonly pad: number;
  /** Elements of the padded row. */
  readonly rowLength: number;
}

/** Lays a band out for the row loop: no bounds to check, four terms at a time. */
export function padBand(band: ResizeBand, loops: RowLoops): PaddedBand {
  const width = band.width === 1 ? 1 : Math.ceil(band.width / 4) * 4;
  const pad = Math.max(0, ...band.starts.map((start) => -start));
  const starts = loops.int32(band.outputSize);
  starts.set(band.starts.map((start) => start + pad));
  const weights = loops.float64(band.outputSize * width);
  for (let i = 0; i < band.outputSize; i++) {
    weights.set(band.weights.subarray(i * band.width, (i + 1) * band.width), i * width);
  }
  const reach = starts.reduce((most, start) => Math.max(most, start + width), 0);
  return { starts, weights, width, pad, rowLength: Math.max(reach, pad + band.inputSize) };
}
