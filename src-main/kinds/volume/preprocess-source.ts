import { isLarderError, LarderError } from '../../base/index.ts';
import {
  canBeNonFinite,
  decodeVoxels,
  invalidNifti,
  isNifti2,
  isPlainInt16,
  MAX_HEADER_BYTES,
  MIN_HEADER_BYTES,
  parseNiftiHeader,
  type NiftiHeader,
} from '../../formats/nifti/index.ts';
import { VolumeByteReader, type ByteReaderOptions, type VolumeInput } from './preprocess-bytes.ts';
import { skipToVoxels } from './preprocess-extensions.ts';
import { ALIGNMENT_BYTES, PLAIN_LOOPS, type RowLoops, type VoxelSlice } from './preprocess-loops.ts';

/** Deflate cannot do better than this: 258 bytes from 2 bits. */
const MAX_DEFLATE_RATIO = 1032;

/** Sizes of the voxel block, file axis order, with 1 for missing axes. */
export interface SourceShape {
  readonly sliceVoxels: number;
  readonly slices: number;
  readonly channels: number;
}

export function sourceShape({ sizes }: NiftiHeader): SourceShape {
  return { sliceVoxels: sizes[0]! * sizes[1]!, slices: sizes[2] ?? 1, channels: sizes[3] ?? 1 };
}

/** Bytes of all voxels as stored. */
export function storedBytes(header: NiftiHeader): number {
  return header.sizes.reduce((product, size) => product * size, header.datatype.bytes);
}

/** Of what lies behind the voxels of a packed file, unpacked. */
const MOST_BEHIND_BYTES = 64 * 2 ** 20;

/**
 * Opens a file and reads its header, then slice after slice in file order.
 *
 * Two buffers alternate: a slice that was returned stays as it is until the one after the next is read.
 */
export class VolumeSource {
  readonly header: NiftiHeader;
  /** Voxels met so far that are NaN or infinite. */
  nonFiniteCount = 0;
  private readonly reader: VolumeByteReader;
  private stored: readonly Uint8Array<ArrayBuffer>[] = [];
  private values: readonly VoxelSlice[] = [];
  private readonly isPlain: boolean;
  private slicesRead = 0;

  private readonly isGzip: boolean;

  private constructor(reader: VolumeByteReader, header: NiftiHeader, isGzip: boolean) {
    this.isGzip = isGzip;
    this.reader = reader;
    this.header = header;
    this.isPlain = isPlainInt16(header);
  }

  /** Bytes of the slices that `holdSlices` takes from the loops. */
  get sliceBytes(): number {
    return 2 * sourceShape(this.header).sliceVoxels * (this.isPlain ? 2 : 4) + ALIGNMENT_BYTES;
  }

  /** Takes the arrays of the slices from where the loops find them fastest; before the first is read. */
  holdSlices(loops: RowLoops): void {
    const { sliceVoxels } = sourceShape(this.header);
    const stored = (from: RowLoops): Uint8Array<ArrayBuffer> => from.bytes(sliceVoxels * this.header.datatype.bytes);
    const decoded = (): Float32Array => {
      const bytes = loops.bytes(sliceVoxels * 4);
      return new Float32Array(bytes.buffer, bytes.byteOffset, sliceVoxels);
    };
    this.stored = this.isPlain ? [stored(loops), stored(loops)] : [stored(PLAIN_LOOPS)];
    this.values = this.isPlain ? this.stored.map((bytes) => new Int16Array(bytes.buffer, bytes.byteOffset, sliceVoxels)) : [decoded(), decoded()];
  }

  /**
   * @throws NIFTI_INVALID, NIFTI_UNSUPPORTED, file errors, CANCELLED; naming the file
   */
  static async open(input: VolumeInput, options: ByteReaderOptions = {}): Promise<VolumeSource> {
    const reader = await VolumeByteReader.open(input, options);
    try {
      const header = await readHeader(reader, input);
      return new VolumeSource(reader, header, input.isGzip);
    } catch (error) {
      reader.close();
      throw nameFile(error, input.path);
    }
  }

  /** Next slice in file order; channels follow each other. */
  async nextSlice(): Promise<VoxelSlice> {
    if (this.stored.length === 0) this.holdSlices(PLAIN_LOOPS);
    const bytes = this.stored[this.slicesRead % this.stored.length]!;
    const values = this.values[this.slicesRead & 1]!;
    const found = await this.reader.read(bytes);
    if (found < bytes.length) throw this.tooFewVoxels(found);
    this.slicesRead++;
    if (!this.isPlain && values instanceof Float32Array) {
      decodeVoxels(this.header, bytes, values);
      if (canBeNonFinite(this.header)) this.nonFiniteCount += countNonFinite(values);
    }
    return values;
  }

  /**
   * Reads what lies behind the voxels, so that damage there is found.
   *
   * @throws NIFTI_INVALID where a packed file goes on for more than anybody has behind an image: a gigabyte of zeros packs into one megabyte
   */
  async drain(): Promise<void> {
    if (await this.reader.drain(this.isGzip ? MOST_BEHIND_BYTES : Infinity)) return;
    throw invalidNifti('trailing-data', `More than ${MOST_BEHIND_BYTES / 2 ** 20} MiB lie packed behind the voxels; they were not unpacked.`, { most: MOST_BEHIND_BYTES });
  }

  close(): void {
    this.reader.close();
  }

  private tooFewVoxels(foundInSlice: number): LarderError {
    const expected = storedBytes(this.header);
    const found = this.slicesRead * this.stored[0]!.length + foundInSlice;
    return invalidNifti('truncated', `The file ends after ${found} of ${expected} bytes of voxels.`, { found, expected });
  }
}

/** Reads the header and leaves the reader at the first voxel. */
async function readHeader(reader: VolumeByteReader, input: VolumeInput): Promise<NiftiHeader> {
  const bytes = new Uint8Array(MAX_HEADER_BYTES);
  let found = await reader.read(bytes.subarray(0, MIN_HEADER_BYTES));
  if (isNifti2(bytes)) found += await reader.read(bytes.subarray(MIN_HEADER_BYTES));
  const header = parseNiftiHeader(bytes.subarray(0, found));
  assertCanHold(header, reader.fileBytes, input.isGzip);
  await skipToVoxels(reader, header, found);
  return header;
}

/** Refuses headers that claim more voxels than the file can possibly hold, before memory is taken. */
function assertCanHold(header: NiftiHeader, fileBytes: number, isGzip: boolean): void {
  const claimed = storedBytes(header) + header.dataOffset;
  const most = isGzip ? fileBytes * MAX_DEFLATE_RATIO : fileBytes;
  if (claimed <= most) return;
  throw invalidNifti(
    'truncated',
    `The header claims ${header.sizes.join('x')} voxels of ${header.datatype.name} (${claimed} bytes), but the file can hold at most ${most}.`,
    { sizes: header.sizes, claimed, most },
  );
}

/** Header only: reads and inflates no more than the first chunk. */
export async function readVolumeHeader(input: VolumeInput, signal?: AbortSignal): Promise<NiftiHeader> {
  const reader = await VolumeByteReader.open(input, signal === undefined ? {} : { signal });
  try {
    return await readHeader(reader, input);
  } catch (error) {
    throw nameFile(error, input.path);
  } finally {
    reader.close();
  }
}

/** Adds the file to errors that were raised where only bytes were known. */
export function nameFile(error: unknown, path: string): unknown {
  if (!isLarderError(error) || error.details?.['path'] !== undefined || error.code === 'CANCELLED') return error;
  return new LarderError(error.code, `${path}: ${error.message}`, {
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    ...(error.cause === undefined ? {} : { cause: error.cause }),
    details: { ...error.details, path },
  });
}

function countNonFinite(values: Float32Array): number {
  let count = 0;
  for (let i = 0; i < values.length; i++) if (values[i]! - values[i]! !== 0) count++;
  return count;
}
