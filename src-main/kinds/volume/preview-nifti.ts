import { closeSync, openSync, writeSync } from 'node:fs';
import type { ByteSource } from '../../formats/torch/index.ts';
import { readGrid, readValues } from './preview-grid.ts';
import type { PreviewGrid } from './preview-grid.ts';
import { previewHeader } from './preview-header.ts';
import { reduceTo, reducedAffine } from './preview-reduce.ts';
import type { GreyWindow } from './window.ts';

const WRITE_BYTES = 8 * 2 ** 20;

/** Header and its 4 zero bytes: the offset of the first voxel. */
export const NIFTI_DATA_OFFSET = 352;

/**
 * Writes the image of an entry as an uncompressed NIfTI-1 file of float32: axes and affine as in the
 * tensor, channels as the fourth axis.
 *
 * @param window shown range, kept as `cal_min` and `cal_max`
 * @param sideMax voxels along an axis; longer ones are taken in steps, values as they are
 * @returns bytes written
 * @throws TORCH_INVALID if the entry holds nothing that can be drawn; the system error of a failing write
 */
export function writeNiftiPreview(source: ByteSource, path: string, window: GreyWindow | undefined, sideMax = Infinity): number {
  const whole = readGrid(source);
  const { sizes, steps, firsts } = reduceTo(whole.sizes, sideMax);
  const grid = { channels: whole.channels, sizes };
  const affine = whole.affine && reducedAffine(whole.affine, { sizes, steps, firsts });
  const header = previewHeader({ sizes: grid.channels === 1 ? sizes : [...sizes, grid.channels], affine, window, steps });
  const [channelStride, ...strides] = whole.strides;
  const view = {
    shape: [grid.channels, ...sizes],
    strides: [channelStride, ...strides.map((stride, axis) => stride * steps[axis]!)],
    offset: strides.reduce((sum, stride, axis) => sum + stride * firsts[axis]!, 0),
  };
  const values = firstAxisFastest(readValues(source, whole, view), grid);
  const descriptor = openSync(path, 'wx');
  try {
    writeWhole(descriptor, header);
    writeWhole(descriptor, new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  } finally {
    closeSync(descriptor);
  }
  return header.length + values.byteLength;
}

/** float32 values in one line of a processor's cache. */
const TILE = 16;

/**
 * From the order of PyTorch, last axis fastest, to that of NIfTI, first axis fastest; channels stay
 * outermost. Tile by tile, so that every cache line that is read is used up before it is dropped:
 * without tiles a volume of 128×256×256 took three times as long.
 */
export function firstAxisFastest(values: Float32Array, { channels, sizes }: Pick<PreviewGrid, 'channels' | 'sizes'>): Float32Array {
  const [nx, ny, nz] = sizes;
  const out = new Float32Array(values.length);
  for (let cy = 0; cy < channels * ny; cy++) {
    const c = Math.floor(cy / ny);
    const y = cy % ny;
    for (let zTile = 0; zTile < nz; zTile += TILE) {
      for (let xTile = 0; xTile < nx; xTile += TILE) {
        for (let z = zTile; z < Math.min(zTile + TILE, nz); z++) {
          const to = ((c * nz + z) * ny + y) * nx;
          for (let x = xTile; x < Math.min(xTile + TILE, nx); x++) out[to + x] = values[((c * nx + x) * ny + y) * nz + z]!;
        }
      }
    }
  }
  return out;
}

function writeWhole(descriptor: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at, Math.min(WRITE_BYTES, bytes.length - at));
}
