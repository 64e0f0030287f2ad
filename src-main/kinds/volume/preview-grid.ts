import { LarderError } from '../../base/index.ts';
import type { ByteSource, Tensor, TorchDtype, TorchReport } from '../../formats/torch/index.ts';
import { readTorchFile, verifyTorchFile } from '../../formats/torch/index.ts';
import { directionsOf } from '../../numeric/index.ts';
import type { Direction, Matrix } from '../../numeric/index.ts';
import { inspectVolumeEntry } from './entry-facts.ts';

/** The image of an entry as it lies in space; its values are read by `readValues`. */
export interface PreviewGrid {
  readonly tensor: Tensor;
  readonly channels: number;
  /** Voxels along the three array axes. */
  readonly sizes: readonly [number, number, number];
  /** Elements per step along the channel axis and the three array axes. */
  readonly strides: readonly [number, number, number, number];
  /** Voxel to world, 4x4, row-major, mm, RAS+; undefined where the entry has none that can be used. */
  readonly affine: Matrix | undefined;
}

/**
 * Finds the image of an entry without running anything in the file. Structure is checked, contents
 * are not: what a damaged file still holds can be looked at.
 *
 * @throws TORCH_INVALID if the structure cannot be read or holds no volume
 */
export function readGrid(source: ByteSource): PreviewGrid {
  const report = verifyTorchFile(source, { level: 'quick' });
  const { image } = report;
  if (report.error !== undefined || image === undefined) throw undrawable(report.error?.message ?? 'The file holds no tensor under the key "image".');
  const { shape, stride } = image;
  if (shape.length !== 3 && shape.length !== 4) throw undrawable(`A tensor of ${shape.length} axes is no volume.`);
  if (shape.includes(0)) throw undrawable('The tensor has no values.');
  const [channels, x, y, z] = shape.length === 4 ? shape : [1, ...shape];
  const strides = stride.length === 4 ? stride : [0, ...stride];
  return {
    tensor: image,
    channels: channels!,
    sizes: [x!, y!, z!],
    strides: [strides[0]!, strides[1]!, strides[2]!, strides[3]!],
    affine: usableAffine(report),
  };
}

function usableAffine(report: TorchReport): Matrix | undefined {
  const values = inspectVolumeEntry(report).affine;
  if (values === undefined || values.length !== 16 || !values.every(Number.isFinite)) return undefined;
  const affine = Float64Array.from(values);
  return directionsIn(affine) === undefined ? undefined : affine;
}

/** World directions of the array axes; undefined where the affine spans no space. */
export function directionsIn(affine: Matrix): readonly Direction[] | undefined {
  try {
    return directionsOf(affine, 3);
  } catch {
    return undefined;
  }
}

/** A part of the image: a view of its storage. The last axis is the fastest in the result. */
export interface GridView {
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  /** Elements from the first one of the image. */
  readonly offset: number;
}

/**
 * Values of parts of the image as float32: halves are widened, float64 is rounded. The file is read once.
 *
 * @throws TORCH_INVALID for element types that are no grey values, and for more than 512 MiB
 */
export function readParts(source: ByteSource, grid: PreviewGrid, views: readonly GridView[]): readonly Float32Array[] {
  const tensors = views.map((view): Tensor => ({ ...grid.tensor, shape: view.shape, stride: view.strides, storageOffset: grid.tensor.storageOffset + view.offset }));
  const parts = readTorchFile(source).readTensors(tensors);
  return parts.map((bytes) => toFloat32(bytes, grid.tensor.dtype));
}

/** As `readParts`, of one. */
export function readValues(source: ByteSource, grid: PreviewGrid, view: GridView): Float32Array {
  return readParts(source, grid, [view])[0]!;
}

/** @param bytes little-endian elements */
function toFloat32(bytes: Uint8Array, dtype: TorchDtype): Float32Array {
  const { buffer } = bytes.byteOffset === 0 ? bytes : bytes.slice();
  const { length } = bytes;
  switch (dtype) {
    case 'float32':
      return new Float32Array(buffer, 0, length / 4);
    case 'float64':
      return Float32Array.from(new Float64Array(buffer, 0, length / 8));
    case 'float16':
      return Float32Array.from(new Float16Array(buffer, 0, length / 2));
    case 'bfloat16':
      return widenBfloat16(new Uint16Array(buffer, 0, length / 2));
    case 'uint8':
    case 'bool':
      return Float32Array.from(new Uint8Array(buffer, 0, length));
    case 'int8':
      return Float32Array.from(new Int8Array(buffer, 0, length));
    case 'int16':
      return Float32Array.from(new Int16Array(buffer, 0, length / 2));
    case 'uint16':
      return Float32Array.from(new Uint16Array(buffer, 0, length / 2));
    case 'int32':
      return Float32Array.from(new Int32Array(buffer, 0, length / 4));
    default:
      throw undrawable(`Values of the type ${dtype} cannot be drawn.`);
  }
}

/** A bfloat16 is the upper half of a float32. */
function widenBfloat16(patterns: Uint16Array): Float32Array {
  const bits = new Uint32Array(patterns.length);
  for (let i = 0; i < patterns.length; i++) bits[i] = patterns[i]! << 16;
  return new Float32Array(bits.buffer);
}

function undrawable(message: string): LarderError {
  return new LarderError('TORCH_INVALID', message, { hint: 'Its findings say what is wrong with the file.' });
}
