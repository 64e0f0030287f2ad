import { linearWindow, type IntensityWindow, type LinearWindow, type Matrix } from '../../numeric/index.ts';
import type { VolumeGeometry } from './geometry.ts';
import { ALIGNMENT_BYTES, blendRows, blendWindowed, copyWindowed, PLAIN_LOOPS, sampleRow, widenRow, type RowLoops, type VoxelSlice } from './preprocess-loops.ts';
import { isPlaneFirst, pipelineAxisOf, type FileAxes } from './preprocess-order.ts';
import { fillPairTable, pairTable, type PairTable } from './preprocess-tables.ts';

/** Interpolation along the three file axes. */
interface FileTables {
  readonly x: PairTable;
  readonly y: PairTable;
  readonly z: PairTable;
}

/**
 * Makes windowed rows of spaced slices: the Spacing and ScaleIntensityRange steps, one row at a time.
 * File slices arrive in order and the last two are kept by the caller, as long as they are needed.
 */
export interface RowMaker {
  /** Which two file slices each spaced slice lies between. */
  readonly z: PairTable;
  /** Called once per file slice, before the rows that need it. */
  load(s: number, slice: VoxelSlice): void;
  /** Starts spaced slice j. */
  begin(j: number): void;
  /** Writes row r of that slice, one value per spaced voxel of file axis 0, from `target[offset]` on. */
  row(r: number, target: Float64Array, offset: number): void;
}

interface RowMakerOptions {
  readonly axes: FileAxes;
  readonly tables: FileTables;
  readonly window: IntensityWindow;
  /** X (4x4) if the axes shear into each other; file and pipeline axis order are then the same. */
  readonly shear: Matrix | undefined;
  readonly loops: RowLoops;
}

/** Bytes of the arrays that `createRowMaker` takes from the loops; an upper bound. */
export function rowMakerBytes([x, y]: FileAxes): number {
  return 8 * 3 * (x.sourceSize + 2) + (8 + 4) * (x.spacedSize + y.spacedSize) + ALIGNMENT_BYTES;
}

/**
 * @param axes from `toFileAxes`
 * @param loops whose arrays the rows are written to
 */
export function createRowMaker(geometry: VolumeGeometry, axes: FileAxes, window: IntensityWindow, loops: RowLoops): RowMaker {
  const x = geometry.toOriented;
  const table = (f: 0 | 1 | 2): PairTable => {
    const k = pipelineAxisOf(geometry, f);
    return pairTable(axes[f], x[k * 5]!, x[k * 4 + 3]!, f === 0 ? loops : PLAIN_LOOPS);
  };
  const tables = { x: table(0), y: table(1), z: table(2) };
  const options = { axes, tables, window, shear: geometry.isSheared ? x : undefined, loops };
  if (!geometry.isResampled) return new CopiedRows(options);
  return isPlaneFirst(geometry) ? new PlaneFirstRows(options) : new SliceFirstRows(options);
}

/** Nothing is resampled: rows are the file's own, with flips, and the window is exact to the bit. */
class CopiedRows implements RowMaker {
  readonly z: PairTable;
  private readonly options: RowMakerOptions;
  private slice: VoxelSlice = new Float32Array(0);

  constructor(options: RowMakerOptions) {
    this.options = options;
    this.z = options.tables.z;
  }

  load(_s: number, slice: VoxelSlice): void {
    this.slice = slice;
  }

  begin(): void {}

  row(r: number, target: Float64Array, offset: number): void {
    const { axes, tables, window } = this.options;
    copyWindowed(target, offset, this.slice, tables.y.lower[r]! * axes[0].sourceSize, tables.x.lower, window);
  }
}

/** Blends two slices row by row, then two rows, then along the row. Handles shear. */
class SliceFirstRows implements RowMaker {
  readonly z: PairTable;
  private readonly options: RowMakerOptions;
  private readonly window: LinearWindow;
  private readonly slices: [VoxelSlice, VoxelSlice] = [new Float32Array(0), new Float32Array(0)];
  /** Two blended rows with a zero on either side, so that index −1 and n can be read at weight 0. */
  private readonly blended: Float64Array;
  private readonly blendedRow: [number, number] = [-1, -1];
  private readonly line: Float64Array;
  private readonly stride: number;
  private readonly loops: RowLoops;
  private j = 0;
  /** Filled again for each row, or slice, where axes shear into each other. */
  private readonly x: PairTable;
  private readonly y: PairTable;

  constructor(options: RowMakerOptions) {
    this.options = options;
    this.z = options.tables.z;
    this.window = linearWindow(options.window);
    this.stride = options.axes[0].sourceSize + 2;
    this.loops = options.loops;
    this.blended = this.loops.float64(2 * this.stride);
    this.line = this.loops.float64(this.stride);
    this.x = options.tables.x;
    this.y = options.tables.y;
  }

  load(s: number, slice: VoxelSlice): void {
    this.slices[s & 1] = slice;
  }

  begin(j: number): void {
    this.j = j;
    this.blendedRow.fill(-1);
    const { shear, axes } = this.options;
    if (shear !== undefined) fillPairTable(this.y, axes[1], shear[5]!, shear[6]! * j + shear[7]!);
  }

  row(r: number, target: Float64Array, offset: number): void {
    const { shear, axes } = this.options;
    if (shear !== undefined) fillPairTable(this.x, axes[0], shear[0]!, shear[1]! * r + shear[2]! * this.j + shear[3]!);
    const { lower, weight, step } = this.x;
    const near = this.y.lower[r]!;
    const share = this.y.weight[r]!;
    const a = this.blendedRowAt(near, -1);
    if (share === 0) {
      this.loops.sampleWindowed(target, offset, this.blended, a, lower, weight, step, this.window);
      return;
    }
    const b = this.blendedRowAt(near + this.y.step, near);
    this.loops.blendRows(this.line, 1, this.blended, a, b, axes[0].sourceSize, share);
    this.loops.sampleWindowed(target, offset, this.line, 1, lower, weight, step, this.window);
  }

  /** Offset of the blended row y, made if it is not one of the two at hand; the row `kept` stays. */
  private blendedRowAt(y: number, kept: number): number {
    let slot = this.blendedRow.indexOf(y);
    if (slot < 0) {
      slot = this.blendedRow[0] === kept || (kept < 0 && this.isNewer(0)) ? 1 : 0;
      this.blendedRow[slot] = y;
      this.blendRow(y, slot * this.stride + 1);
    }
    return slot * this.stride + 1;
  }

  /** Rows are asked for in one direction, so the one further along is the one to keep. */
  private isNewer(slot: 0 | 1): boolean {
    return (this.blendedRow[slot] - this.blendedRow[slot === 0 ? 1 : 0]) * this.y.step > 0;
  }

  private blendRow(y: number, offset: number): void {
    const { axes, tables } = this.options;
    const count = axes[0].sourceSize;
    const near = tables.z.lower[this.j]!;
    const share = tables.z.weight[this.j]!;
    const slice = this.slices[near & 1 ? 1 : 0];
    if (share === 0) widenRow(this.blended, offset, slice, y * count, count);
    else this.loops.blendSlices(this.blended, offset, slice, this.slices[near & 1 ? 0 : 1], y * count, count, share);
  }
}

/** Resamples each file slice in its plane once, then blends two such planes row by row. */
class PlaneFirstRows implements RowMaker {
  readonly z: PairTable;
  private readonly options: RowMakerOptions;
  private readonly window: LinearWindow;
  private readonly planes: readonly [Float32Array, Float32Array];
  private readonly rows: Float64Array;
  private readonly line: Float64Array;
  private j = 0;

  constructor(options: RowMakerOptions) {
    this.options = options;
    this.z = options.tables.z;
    this.window = linearWindow(options.window);
    const [x, y] = options.axes;
    this.planes = [new Float32Array(x.spacedSize * y.spacedSize), new Float32Array(x.spacedSize * y.spacedSize)];
    this.rows = new Float64Array(2 * x.sourceSize);
    this.line = new Float64Array(x.sourceSize + 2);
  }

  load(s: number, slice: VoxelSlice): void {
    const { axes, tables } = this.options;
    const { lower, weight, step } = tables.x;
    const plane = this.planes[s & 1 ? 1 : 0];
    for (let r = 0; r < axes[1].spacedSize; r++) {
      this.blendLine(slice, r);
      sampleRow(plane, r * axes[0].spacedSize, this.line, 1, lower, weight, step);
    }
  }

  begin(j: number): void {
    this.j = j;
  }

  row(r: number, target: Float64Array, offset: number): void {
    const { axes, tables } = this.options;
    const count = axes[0].spacedSize;
    const near = tables.z.lower[this.j]!;
    const share = tables.z.weight[this.j]!;
    const a = this.planes[near & 1 ? 1 : 0];
    const b = share === 0 ? a : this.planes[near & 1 ? 0 : 1];
    blendWindowed(target, offset, a, b, r * count, count, share, this.window);
  }

  private blendLine(slice: VoxelSlice, r: number): void {
    const { axes, tables } = this.options;
    const count = axes[0].sourceSize;
    const near = tables.y.lower[r]!;
    const share = tables.y.weight[r]!;
    if (share === 0) {
      widenRow(this.line, 1, slice, near * count, count);
      return;
    }
    widenRow(this.rows, 0, slice, near * count, count);
    widenRow(this.rows, count, slice, (near + tables.y.step) * count, count);
    blendRows(this.line, 1, this.rows, 0, count, count, share);
  }
}
