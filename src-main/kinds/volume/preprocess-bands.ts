import { resizeBand, type ResizeBand } from '../../numeric/index.ts';
import { ALIGNMENT_BYTES, accumulateRow, scaleRow, type RowLoops } from './preprocess-loops.ts';
import type { FileAxes } from './preprocess-order.ts';
import type { RowMaker } from './preprocess-rows.ts';
import { contributionsByInput, padBand, type Contribution, type PaddedBand } from './preprocess-tables.ts';

/** Takes finished slices of the result, in any order, and may keep the array until `flush`. */
export interface SliceSink {
  /** @param values o0·o1 values, file axis 0 fastest; given back through the return value when read */
  put(output: number, values: Float32Array): readonly Float32Array[];
  flush(): void;
}

/** The Resize step along each file axis. */
export type ResizeBands = readonly [x: ResizeBand, y: ResizeBand, z: ResizeBand];

/** @param axes from `toFileAxes` */
export function resizeBands([x, y, z]: FileAxes): ResizeBands {
  return [resizeBand(x.spacedSize, x.targetSize), resizeBand(y.spacedSize, y.targetSize), resizeBand(z.spacedSize, z.targetSize)];
}

/** Bytes of the arrays that a `SliceResizer` takes from the loops; an upper bound. */
export function resizerBytes([x, y]: ResizeBands): number {
  const width = x.width + 3;
  const rows = x.inputSize + 2 * width + (Math.min(y.width, y.inputSize) + 1) * x.outputSize;
  return 8 * (rows + x.outputSize * width) + 4 * x.outputSize + ALIGNMENT_BYTES;
}

/**
 * The Resize step (smoothing and interpolation as one banded matrix per axis), file axis order: rows
 * along axis 0, then a short window of rows along axis 1, then sums of slices along axis 2.
 *
 * Keeps `width` rows and the slices of the result that still lack a contribution.
 */
export class SliceResizer {
  private readonly maker: RowMaker;
  private readonly sink: SliceSink;
  private readonly spacedRows: number;
  private readonly bandX: PaddedBand;
  private readonly bandY: ResizeBand;
  private readonly contributions: readonly (readonly Contribution[])[];
  /** Contributions an output slice still waits for. */
  private readonly missing: Int32Array;
  private readonly sums = new Map<number, Float32Array>();
  private readonly spare: Float32Array[] = [];
  private readonly sliceLength: number;
  /** Windowed row with the zeros that the band may read on either side. */
  private readonly padded: Float64Array;
  /** The last resized rows; spaced row r is at `(r % ringRows) · outputLength`. */
  private readonly ring: Float64Array;
  private readonly ringRows: number;
  private readonly outputRow: Float64Array;
  private readonly loops: RowLoops;

  constructor([x, y, z]: ResizeBands, maker: RowMaker, sink: SliceSink, loops: RowLoops) {
    this.maker = maker;
    this.sink = sink;
    this.loops = loops;
    this.spacedRows = y.inputSize;
    this.bandX = padBand(x, loops);
    this.bandY = y;
    this.contributions = contributionsByInput(z);
    this.missing = new Int32Array(z.outputSize);
    for (const { output } of this.contributions.flat()) this.missing[output]!++;
    this.padded = loops.float64(this.bandX.rowLength);
    this.ringRows = Math.min(y.width, y.inputSize);
    this.ring = loops.float64(this.ringRows * x.outputSize);
    this.outputRow = loops.float64(x.outputSize);
    this.sliceLength = x.outputSize * y.outputSize;
  }

  /** Makes spaced slice j and adds it to the slices of the result it contributes to. */
  addSlice(j: number): void {
    const contributions = this.contributions[j]!;
    if (contributions.length === 0) return;
    const targets = contributions.map(({ output, weight }) => ({ sum: this.sumOf(output), weight }));
    this.maker.begin(j);
    let nextRow = 0;
    for (let r = 0; r < this.spacedRows; r++) {
      this.resizeRow(r);
      while (nextRow < this.bandY.outputSize && this.lastRowFor(nextRow) <= r) this.emitRow(nextRow++, targets);
    }
    for (const { output } of contributions) this.finish(output);
  }

  private resizeRow(r: number): void {
    const { pad, width, starts, weights } = this.bandX;
    const offset = (r % this.ringRows) * this.outputRow.length;
    if (width === 1) {
      this.maker.row(r, this.ring, offset);
      return;
    }
    this.maker.row(r, this.padded, pad);
    this.loops.applyBand(this.ring, offset, this.padded, starts, weights, width);
  }

  private lastRowFor(output: number): number {
    return Math.min(this.bandY.starts[output]! + this.bandY.width, this.spacedRows) - 1;
  }

  /** Sums the rows in the window of output row i and adds the sum to every target. */
  private emitRow(i: number, targets: readonly { sum: Float32Array; weight: number }[]): void {
    const { width, starts, weights } = this.bandY;
    const length = this.outputRow.length;
    const first = Math.max(0, starts[i]!);
    const last = this.lastRowFor(i);
    const weightAt = i * width - starts[i]!;
    if (first === last) scaleRow(this.outputRow, this.ring, (first % this.ringRows) * length, weights[weightAt + first]!);
    else this.sumRows(first, last, weightAt);
    for (const { sum, weight } of targets) accumulateRow(sum, i * length, this.outputRow, weight);
  }

  /** Two rows at a time; an odd one out is paired with itself at weight 0. */
  private sumRows(first: number, last: number, weightAt: number): void {
    const { weights } = this.bandY;
    const length = this.outputRow.length;
    for (let r = first; r <= last; r += 2) {
      const second = Math.min(r + 1, last);
      const secondWeight = second === r ? 0 : weights[weightAt + second]!;
      const [a, b] = [(r % this.ringRows) * length, (second % this.ringRows) * length];
      if (r === first) this.loops.setTwoRows(this.outputRow, this.ring, a, weights[weightAt + r]!, b, secondWeight);
      else this.loops.addTwoRows(this.outputRow, this.ring, a, weights[weightAt + r]!, b, secondWeight);
    }
  }

  private sumOf(output: number): Float32Array {
    const present = this.sums.get(output);
    if (present !== undefined) return present;
    const sum = this.spare.pop()?.fill(0) ?? new Float32Array(this.sliceLength);
    this.sums.set(output, sum);
    return sum;
  }

  private finish(output: number): void {
    const left = this.missing[output]! - 1;
    this.missing[output] = left;
    const sum = this.sums.get(output);
    if (left > 0 || sum === undefined) return;
    this.sums.delete(output);
    this.spare.push(...this.sink.put(output, sum));
  }
}
