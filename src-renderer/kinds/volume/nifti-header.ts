/** Bytes before the first voxel of the files that `/_data/vol/` gives. */
export const HEADER_BYTES = 352;

const FLOAT32 = 16;
const BYTES_PER_VOXEL = 4;

/** What a volume is, known before it is loaded. */
export interface VolumeHeader {
  /** Voxels along the three array axes. */
  readonly sizes: readonly [number, number, number];
  readonly channels: number;
  /** Voxel to world, 16 numbers, row-major, mm, RAS+; null where the entry has none. */
  readonly affine: readonly number[] | null;
  /** Of the whole file. */
  readonly bytes: number;
  /** Every how many voxels of the original one is here, along the array axes. */
  readonly steps: readonly [number, number, number];
  /** Values to be drawn black and white; null where the file does not say. */
  readonly window: { readonly min: number; readonly max: number } | null;
}

/**
 * Reads the header Larder writes: NIfTI-1, little-endian, float32, voxels from byte 352.
 *
 * @throws Error for anything else
 */
export function parseVolumeHeader(buffer: ArrayBuffer): VolumeHeader {
  if (buffer.byteLength < HEADER_BYTES) throw new Error('The volume breaks off within its header.');
  const view = new DataView(buffer);
  const dim = Array.from({ length: 8 }, (_, i) => view.getInt16(40 + 2 * i, true));
  const isOurs = view.getInt32(0, true) === 348 && view.getInt16(70, true) === FLOAT32 && view.getFloat32(108, true) === HEADER_BYTES;
  const sizes = dim.slice(1, 5);
  if (!isOurs || dim[0]! < 3 || dim[0]! > 4 || sizes.some((size) => size < 1)) throw new Error('The volume has another form than this page knows.');
  const [x, y, z, channels] = [sizes[0]!, sizes[1]!, sizes[2]!, dim[0] === 4 ? sizes[3]! : 1];
  const rows = Array.from({ length: 12 }, (_, i) => view.getFloat32(280 + 4 * i, true));
  const step = (at: number): number => Math.max(1, view.getFloat32(at, true));
  const [max, min] = [view.getFloat32(124, true), view.getFloat32(128, true)];
  const shown = { steps: [step(56), step(60), step(64)] as const, window: min < max ? { min, max } : null };
  return { ...shown, sizes: [x, y, z], channels, affine: view.getInt16(254, true) > 0 ? [...rows, 0, 0, 0, 1] : null, bytes: HEADER_BYTES + x * y * z * channels * BYTES_PER_VOXEL };
}
