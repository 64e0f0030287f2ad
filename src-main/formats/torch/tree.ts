import { createHash } from 'node:crypto';
import { viewOf } from './byte-source.ts';
import { isComplexDtype, itemSizeOf } from './dtypes.ts';
import type { TorchDtype } from './dtypes.ts';
import { gatherElements } from './image-scan.ts';
import { contiguousStride } from './graph.ts';
import type { NumpyArray, NumpyDtype, NumpyScalar, PyDict, PyValue, Tensor } from './py-value.ts';
import type { TorchFile } from './read.ts';
import { bfloat16Value, float16Value } from './value-scan.ts';

/** JSON; not finite numbers are the texts `nan`, `inf`, `-inf`, integers from 2^53 on are texts too. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

const SHOWN = 4;

/**
 * An object graph as readable JSON: `k` is the kind of a node; tensors and arrays show dtype, shape,
 * their first four elements and the sha256 of all elements in C order.
 *
 * @throws TORCH_INVALID if a tensor cannot be read
 */
export function describeTree(file: TorchFile, value: PyValue = file.root): Json {
  const describe = (child: PyValue): Json => describeTree(file, child);
  switch (value.kind) {
    case 'none':
      return { k: 'none' };
    case 'bool':
      return { k: 'bool', v: value.value };
    case 'int':
      return { k: 'int', v: integer(value.value) };
    case 'float':
      return { k: 'float', v: number(value.value) };
    case 'complex':
      return { k: 'complex', v: [number(value.real), number(value.imaginary)] };
    case 'text':
      return { k: 'str', v: value.value };
    case 'bytes':
    case 'bytearray':
      return { k: value.kind, hex: hex(value.value) };
    case 'list':
    case 'tuple':
    case 'set':
    case 'frozenset':
      return { k: value.kind, items: value.items.map(describe) };
    case 'dict':
    case 'odict':
      return { k: value.kind, items: (value satisfies PyDict).entries.map(([key, item]) => [describe(key), describe(item)]) };
    case 'range':
    case 'slice':
      return { k: value.kind, v: value.bounds.map(scalar) };
    case 'size':
      return { k: 'size', v: value.items.map(scalar) };
    case 'path':
      return { k: 'path', cls: value.className, v: value.value };
    case 'enum':
      return { k: 'enum', cls: value.className, name: value.name, v: value.value };
    case 'dtype':
    case 'device':
      return { k: value.kind, v: value.value };
    case 'storage':
      return { k: 'storage' };
    case 'numpy-dtype':
      return { k: 'numpy-dtype', v: dtypeName(value) };
    case 'ndarray':
      return value.items ? { k: 'ndarray', dtype: '|O', shape: value.shape, items: value.items.map(describe) } : describeArray(value);
    case 'numpy-scalar':
      return describeScalar(value);
    case 'tensor':
      return describeTensor(file, value, describe);
    case 'global':
      return { k: 'other', cls: value.name };
    case 'opaque':
      return { k: 'other', cls: value.className };
  }
}

function scalar(value: PyValue): Json {
  return value.kind === 'int' ? integer(value.value) : null;
}

function integer(value: number | bigint): Json {
  return typeof value === 'bigint' ? value.toString() : value;
}

function number(value: number): Json {
  if (Number.isNaN(value)) return 'nan';
  return Number.isFinite(value) ? value : value > 0 ? 'inf' : '-inf';
}

function describeTensor(file: TorchFile, tensor: Tensor, describe: (value: PyValue) => Json): Json {
  const elements = file.readTensor(tensor);
  return {
    k: 'tensor',
    cls: tensor.className,
    dtype: tensor.dtype,
    shape: tensor.shape,
    stride: tensor.stride,
    offset: tensor.storageOffset,
    storage: file.storages.indexOf(tensor.storage),
    storageBytes: tensor.storage.byteLength,
    requiresGrad: tensor.requiresGrad,
    first4: firstElements(elements, itemSizeOf(tensor.dtype), tensorElement(tensor.dtype)),
    sha256: sha256(elements),
    ...(tensor.state ? { state: describe(tensor.state) } : {}),
    ...(tensor.isConjugate ? { conj: true } : {}),
  };
}

type ReadElement = (view: DataView, offset: number) => Json;

const ELEMENTS: Readonly<Record<string, ReadElement>> = {
  float64: (view, at) => number(view.getFloat64(at, true)),
  float32: (view, at) => number(view.getFloat32(at, true)),
  float16: (view, at) => number(float16Value(view.getUint16(at, true))),
  bfloat16: (view, at) => number(bfloat16Value(view.getUint16(at, true))),
  int64: (view, at) => wide(view.getBigInt64(at, true)),
  int32: (view, at) => view.getInt32(at, true),
  int16: (view, at) => view.getInt16(at, true),
  int8: (view, at) => view.getInt8(at),
  uint64: (view, at) => wide(view.getBigUint64(at, true)),
  uint32: (view, at) => view.getUint32(at, true),
  uint16: (view, at) => view.getUint16(at, true),
  uint8: (view, at) => view.getUint8(at),
  bool: (view, at) => view.getUint8(at) !== 0,
};

function wide(value: bigint): Json {
  return value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : value.toString();
}

function tensorElement(dtype: TorchDtype): ReadElement | undefined {
  if (!isComplexDtype(dtype)) return ELEMENTS[dtype];
  const half = itemSizeOf(dtype) / 2;
  const part = ELEMENTS[`float${half * 8}`];
  return part && ((view, at) => [part(view, at), part(view, at + half)]);
}

/** null where the dtype has no readable elements (8-bit floats). */
function firstElements(bytes: Uint8Array, itemSize: number, read: ReadElement | undefined): Json {
  if (!read) return null;
  const count = Math.min(SHOWN, itemSize === 0 ? 0 : bytes.length / itemSize);
  return Array.from({ length: count }, (_, i) => read(viewOf(bytes), i * itemSize));
}

function describeArray(array: NumpyArray): Json {
  const { dtype } = array;
  const elements = array.order === 'F' ? toCOrder(array) : array.data;
  const read = numpyElement(dtype);
  return {
    k: 'ndarray',
    dtype: dtypeName(dtype),
    shape: array.shape,
    order: array.order,
    sha256: sha256(elements),
    ...(read ? { first4: firstElements(elements, dtype.itemSize, read) } : {}),
    ...(dtype.fields.length > 0 ? { fields: dtype.fields.map(([name, type, offset]) => [name, dtypeName(type), offset]) } : {}),
  };
}

function describeScalar(value: NumpyScalar): Json {
  const read = numpyElement(value.dtype);
  return { k: 'npscalar', dtype: dtypeName(value.dtype), v: read ? read(viewOf(value.data), 0) : null, hex: hex(value.data) };
}

/** Column-major bytes to row-major ones: a view whose strides run the other way. */
function toCOrder(array: NumpyArray): Uint8Array {
  const stride = contiguousStride(array.shape.toReversed()).toReversed();
  const width = array.dtype.itemSize;
  const byteView = { dtype: 'uint8' as const, shape: [...array.shape, width], stride: [...stride.map((step) => step * width), 1], storageOffset: 0 };
  return gatherElements(byteView, array.data);
}

/** NumPy's `dtype.str`. */
function dtypeName(dtype: NumpyDtype): string {
  const unit = dtype.unit === undefined ? '' : `[${dtype.unit}]`;
  return `${dtype.byteOrder}${dtype.code}${unit}`;
}

const NUMPY_KINDS: Readonly<Record<string, string>> = { f: 'float', i: 'int', u: 'uint' };

function numpyElement(dtype: NumpyDtype): ReadElement | undefined {
  const letter = dtype.code[0] ?? '';
  if (letter === 'b') return ELEMENTS['bool'];
  if (letter === 'U') return (view, at) => codePoints(view, at, dtype.itemSize);
  if (letter === 'S') return (view, at) => latin1(view, at, dtype.itemSize);
  const kind = NUMPY_KINDS[letter];
  return kind === undefined ? undefined : ELEMENTS[`${kind}${dtype.itemSize * 8}`];
}

/** UCS-4, padded with zeros at the end. */
function codePoints(view: DataView, offset: number, length: number): string {
  const codes = Array.from({ length: length / 4 }, (_, i) => view.getUint32(offset + 4 * i, true));
  const used = codes.slice(0, codes.findLastIndex((code) => code !== 0) + 1);
  return used.map((code) => (code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd')).join('');
}

function latin1(view: DataView, offset: number, length: number): string {
  const text = Buffer.from(view.buffer, view.byteOffset + offset, length).toString('latin1');
  return text.replace(/\0+$/, '');
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
