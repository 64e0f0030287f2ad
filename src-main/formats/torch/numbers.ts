import { viewOf } from './byte-source.ts';
import { itemSizeOf } from './dtypes.ts';
import { assertViewInside } from './graph.ts';
import { gatherElements } from './image-scan.ts';
import { TorchProblem } from './problem.ts';
import { swapBytes } from './pickle-numpy.ts';
import type { NumpyArray, PyValue, Tensor } from './py-value.ts';
import type { TorchReport } from './verify.ts';
import { bfloat16Value, float16Value } from './value-scan.ts';

/** Numbers of a small array or tensor, C order, last axis fastest. */
export interface SmallNumbers {
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

type ReadNumber = (view: DataView, offset: number) => number;

/** By PyTorch's and NumPy's names; 64-bit integers above 2^53 are rounded. */
const READERS: Readonly<Record<string, readonly [itemSize: number, read: ReadNumber]>> = {
  float64: [8, (view, at) => view.getFloat64(at, true)],
  float32: [4, (view, at) => view.getFloat32(at, true)],
  float16: [2, (view, at) => float16Value(view.getUint16(at, true))],
  bfloat16: [2, (view, at) => bfloat16Value(view.getUint16(at, true))],
  int64: [8, (view, at) => Number(view.getBigInt64(at, true))],
  int32: [4, (view, at) => view.getInt32(at, true)],
  int16: [2, (view, at) => view.getInt16(at, true)],
  int8: [1, (view, at) => view.getInt8(at)],
  uint8: [1, (view, at) => view.getUint8(at)],
};
const NUMPY_NAMES: Readonly<Record<string, string>> = {
  f8: 'float64',
  f4: 'float32',
  f2: 'float16',
  i8: 'int64',
  i4: 'int32',
  i2: 'int16',
  i1: 'int8',
  u1: 'uint8',
};

/**
 * Numbers of a tensor or NumPy array that a report carries along; undefined for other values, for
 * tensors above 4 KiB and for dtypes that are no plain numbers.
 */
export function smallNumbers(report: Pick<TorchReport, 'smallStorages' | 'isBigEndian'>, value: PyValue | undefined): SmallNumbers | undefined {
  if (value?.kind === 'ndarray') return arrayNumbers(value);
  if (value?.kind !== 'tensor') return undefined;
  const storage = report.smallStorages.get(value.storage.key);
  const count = value.shape.reduce((product, size) => product * size, 1);
  if (!storage || count * itemSizeOf(value.dtype) > storage.length || !isInside(value)) return undefined;
  const elements = gatherElements(value, storage);
  return decode(value.dtype, value.shape, report.isBigEndian ? swapBytes(elements, itemSizeOf(value.dtype)) : elements);
}

function isInside(tensor: Tensor): boolean {
  try {
    assertViewInside(tensor);
    return true;
  } catch (error) {
    if (error instanceof TorchProblem) return false;
    throw error;
  }
}

function arrayNumbers(array: NumpyArray): SmallNumbers | undefined {
  const name = NUMPY_NAMES[array.dtype.code];
  return name === undefined || array.order === 'F' ? undefined : decode(name, array.shape, array.data);
}

function decode(name: string, shape: readonly number[], bytes: Uint8Array): SmallNumbers | undefined {
  const reader = READERS[name];
  if (!reader) return undefined;
  const [itemSize, read] = reader;
  const view = viewOf(bytes);
  return { shape, values: Array.from({ length: Math.floor(bytes.length / itemSize) }, (_, i) => read(view, i * itemSize)) };
}
