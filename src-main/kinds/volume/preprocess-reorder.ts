import { throwIfAborted } from '../../base/index.ts';
import type { VolumeGeometry } from './geometry.ts';
import type { VoxelSlice } from './preprocess-loops.ts';

/** Slices of one channel along pipeline axis 2, from a copy of the channel in pipeline axis order. */
export class ReorderedSlices {
  private readonly voxels: VoxelSlice;
  private readonly sliceLength: number;
  private next = 0;

  private constructor(voxels: VoxelSlice, sliceLength: number) {
    this.voxels = voxels;
    this.sliceLength = sliceLength;
  }

  /** Reads a whole channel, undoing permutation and flips; pipeline axis 0 varies fastest in the copy. */
  static async collect(
    source: { nextSlice(): Promise<VoxelSlice> }, geometry: VolumeGeometry, signal: AbortSignal | undefined,
  ): Promise<ReorderedSlices> {
    const sizes = geometry.axes.map((axis) => axis.sourceSize);
    const pipelineStrides = [1, sizes[0]!, sizes[0]! * sizes[1]!];
    const fileAxes = [0, 1, 2].map((f) => geometry.axes.findIndex((axis) => axis.fileAxis === f));
    const [n0, n1, n2] = fileAxes.map((k) => sizes[k]!) as [number, number, number];
    const strides = fileAxes.map((k) => (geometry.axes[k]!.isFlipped ? -1 : 1) * pipelineStrides[k]!);
    const origin = fileAxes.reduce(
      (sum, k) => sum + (geometry.axes[k]!.isFlipped ? (sizes[k]! - 1) * pipelineStrides[k]! : 0), 0,
    );
    let voxels: VoxelSlice | undefined;
    for (let s = 0; s < n2; s++) {
      const slice = await source.nextSlice();
      throwIfAborted(signal);
      voxels ??= slice instanceof Int16Array ? new Int16Array(n0 * n1 * n2) : new Float32Array(n0 * n1 * n2);
      copySlice(voxels, origin + s * strides[2]!, strides[0]!, strides[1]!, slice, n0, n1);
    }
    return new ReorderedSlices(voxels ?? new Float32Array(0), pipelineStrides[2]!);
  }

  nextSlice(): Promise<VoxelSlice> {
    const start = this.next++ * this.sliceLength;
    return Promise.resolve(this.voxels.subarray(start, start + this.sliceLength));
  }
}

function copySlice(
  target: VoxelSlice, base: number, strideX: number, strideY: number, slice: VoxelSlice, n0: number, n1: number,
): void {
  for (let y = 0; y < n1; y++) {
    for (let x = 0; x < n0; x++) target[base + x * strideX + y * strideY] = slice[y * n0 + x]!;
  }
}
