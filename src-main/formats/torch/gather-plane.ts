import type { ArchiveRecord } from './archive.ts';
import type { ByteSource } from './byte-source.ts';
import { itemSizeOf } from './dtypes.ts';
import type { Tensor } from './py-value.ts';

/** Smaller storages are read whole. */
const WHOLE_BYTES = 2 ** 20;
/** One read at most; what would need more is read whole. */
const SPAN_BYTES_MAX = 8 * 2 ** 20;

type Plane = Pick<Tensor, 'dtype' | 'shape' | 'stride' | 'storageOffset'>;

/**
 * Bytes of the elements of a plane, shape (rows, columns), in C order, without a copy of the storage it is cut from: one short
 * read for each step along the axis with the longer stride. Of 33 MB that takes 10 ms where reading it whole takes 60.
 *
 * @returns undefined where the plane is to be gathered from the whole storage: no plane, a small or packed storage, or one
 * that is shorter than the plane says
 */
export function gatherPlane(source: ByteSource, record: ArchiveRecord, plane: Plane): Uint8Array | undefined {
  const { shape, stride, storageOffset } = plane;
  if (shape.length !== 2 || record.isDeflated || record.size <= WHOLE_BYTES || shape.includes(0) || stride.some((step) => step < 0)) return undefined;
  const width = itemSizeOf(plane.dtype);
  const isByRow = stride[0]! >= stride[1]!;
  const [slow, fast] = isByRow ? [0, 1] : [1, 0];
  const span = ((shape[fast]! - 1) * stride[fast]! + 1) * width;
  const end = (storageOffset + (shape[slow]! - 1) * stride[slow]!) * width + span;
  if (span > SPAN_BYTES_MAX || end > record.size) return undefined;
  const out = new Uint8Array(shape[0]! * shape[1]! * width);
  const columns = shape[1]!;
  for (let i = 0; i < shape[slow]!; i++) {
    const from = source.read(record.dataOffset + (storageOffset + i * stride[slow]!) * width, span);
    if (isByRow) copyElements(from, stride[1]!, out, i * columns, 1, columns, width);
    else copyElements(from, stride[0]!, out, i, columns, shape[0]!, width);
  }
  return out;
}

/** `count` elements, each `fromStep` behind the last, to element `to` and every `toStep` from there. */
function copyElements(from: Uint8Array, fromStep: number, out: Uint8Array, to: number, toStep: number, count: number, width: number): void {
  if (width === 4 && from.byteOffset % 4 === 0) {
    const [source, target] = [new Uint32Array(from.buffer, from.byteOffset, from.length >> 2), new Uint32Array(out.buffer)];
    for (let i = 0; i < count; i++) target[to + i * toStep] = source[i * fromStep]!;
    return;
  }
  for (let i = 0; i < count; i++) {
    for (let byte = 0; byte < width; byte++) out[(to + i * toStep) * width + byte] = from[i * fromStep * width + byte]!;
  }
}
