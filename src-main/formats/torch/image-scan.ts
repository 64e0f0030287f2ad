import { itemSizeOf } from './dtypes.ts';
import { contiguousStride, coversStorage } from './graph.ts';
import { storageRecord } from './layout.ts';
import { LIMITS } from './limits.ts';
import type { PyValue, Tensor } from './py-value.ts';
import { getItem } from './py-value.ts';
import type { HistogramRequest, ScanOptions, ValueScan } from './value-scan.ts';
import { createValueScan } from './value-scan.ts';

/** How the image's values are looked at while its record is read. */
export interface ImageScan {
  readonly tensor: Tensor;
  readonly record: string;
  /** Set if the tensor is its whole storage, so that every chunk of the record counts. */
  readonly scan: ValueScan | undefined;
  readonly options: ScanOptions;
}

const DEFAULT_KEY = 'image';

/** Finds the image in an object graph: the tensor under the key, or the root itself. */
export function imageScanOf(
  root: PyValue | undefined,
  options: { readonly imageKey?: string; readonly histogram?: HistogramRequest },
  isBigEndian: boolean,
): ImageScan | undefined {
  const tensor = root?.kind === 'tensor' ? root : getItem(root, options.imageKey ?? DEFAULT_KEY);
  if (tensor?.kind !== 'tensor') return undefined;
  const scanOptions = {
    isBigEndian,
    isNegative: tensor.isNegative,
    ...(options.histogram === undefined ? {} : { histogram: options.histogram }),
  };
  const scan = coversStorage(tensor) ? createValueScan(tensor.dtype, scanOptions) : undefined;
  return { tensor, record: storageRecord(tensor.storage.key), scan, options: scanOptions };
}

/**
 * Values of a tensor that is only a part of its storage, or repeats parts of it. Views of more than
 * 512 MiB are left out: a stride of 0 can claim any number of elements.
 *
 * @param readStorage called only if the view is small enough
 */
export function scanView(image: ImageScan, readStorage: () => Uint8Array): ReturnType<ValueScan['finish']> | undefined {
  const scan = createValueScan(image.tensor.dtype, image.options);
  const count = image.tensor.shape.reduce((product, size) => product * size, 1);
  if (!scan || count * itemSizeOf(image.tensor.dtype) > LIMITS.gatheredBytes) return undefined;
  scan.add(gatherElements(image.tensor, readStorage()));
  return scan.finish();
}

/** Bytes of the elements in C order (last axis fastest); `count` × item size of them. */
export function gatherElements(tensor: Pick<Tensor, 'dtype' | 'shape' | 'stride' | 'storageOffset'>, storage: Uint8Array): Uint8Array {
  const width = itemSizeOf(tensor.dtype);
  const { shape, stride } = tensor;
  const count = shape.reduce((product, size) => product * size, 1);
  const isContiguous = contiguousStride(shape).every((step, axis) => step === stride[axis] || shape[axis] === 1);
  if (isContiguous) return storage.slice(tensor.storageOffset * width, (tensor.storageOffset + count) * width);
  const out = new Uint8Array(count * width);
  const index = shape.map(() => 0);
  let from = tensor.storageOffset;
  for (let to = 0; to < count; to++) {
    for (let byte = 0; byte < width; byte++) out[to * width + byte] = storage[from * width + byte] ?? 0;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const next = (index[axis] ?? 0) + 1;
      from += stride[axis] ?? 0;
      index[axis] = next;
      if (next < (shape[axis] ?? 0)) break;
      from -= next * (stride[axis] ?? 0);
      index[axis] = 0;
    }
  }
  return out;
}
