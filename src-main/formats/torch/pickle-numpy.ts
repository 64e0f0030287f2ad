import { copyOf } from './byte-source.ts';
import { asBool, asBytes, asCount, asCounts, asDict, asInteger, asText, asTuple } from './pickle-arguments.ts';
import type { PickleMachine } from './pickle-machine.ts';
import type { NumpyArray, NumpyDtype, NumpyScalar, PyValue } from './py-value.ts';

const CODE = /^([<>|=]?)([?biufcmMOSUV])(\d{0,9})$/;
/** Letters whose elements have a byte order. */
const SWAPPABLE = /^[iufcmMU]/;

/** `numpy.dtype(code, align, copy)`. */
export function numpyDtype(machine: PickleMachine, args: readonly PyValue[]): NumpyDtype {
  const code = asText(machine, args[0], 'a dtype code');
  const match = CODE.exec(code);
  if (!match) throw machine.fail(`the dtype code ${JSON.stringify(code)} is unknown`);
  const [, order = '', letter = '', digits = ''] = match;
  const width = digits === '' ? 0 : Number(digits);
  return {
    kind: 'numpy-dtype',
    code: letter === '?' ? 'b1' : letter + digits,
    byteOrder: order === '' ? '=' : (order as NumpyDtype['byteOrder']),
    itemSize: letter === '?' ? 1 : letter === 'U' ? 4 * width : letter === 'O' ? 8 : width,
    fields: [],
    unit: undefined,
  };
}

/**
 * State of a dtype: (version, byte order, subdtype, names, fields, item size, alignment, flags
 * [, metadata]); numpy/core/src/multiarray/descriptor.c, `arraydescr_setstate`. Sizes of −1 mean
 * "as the code says".
 */
export function buildDtype(machine: PickleMachine, dtype: NumpyDtype, state: PyValue): void {
  const items = asTuple(machine, state, 'a dtype state');
  const byteOrder = asText(machine, items[1], 'a byte order');
  if (byteOrder !== '<' && byteOrder !== '>' && byteOrder !== '|' && byteOrder !== '=') {
    throw machine.fail(`the byte order ${JSON.stringify(byteOrder)} is unknown`);
  }
  const size = items[5] === undefined ? -1 : asInteger(machine, items[5], 'an item size');
  Object.assign(dtype, {
    byteOrder,
    itemSize: size >= 0 ? size : dtype.itemSize,
    fields: dtypeFields(machine, items[3], items[4]),
    unit: datetimeUnit(machine, items[8]),
  });
}

function dtypeFields(machine: PickleMachine, names: PyValue | undefined, fields: PyValue | undefined): NumpyDtype['fields'] {
  if (names === undefined || names.kind === 'none') return [];
  const all = asDict(machine, fields, 'the fields of a dtype').entries;
  return asTuple(machine, names, 'the field names of a dtype').map((name) => {
    const key = asText(machine, name, 'a field name');
    const field = all.find(([k]) => k.kind === 'text' && k.value === key)?.[1];
    const [dtype, offset] = asTuple(machine, field, 'a field');
    return [key, asDtype(machine, dtype), asCount(machine, offset, 'a field offset')] as const;
  });
}

/** (metadata, (unit, numerator, denominator, event)) of `M8` and `m8`. */
function datetimeUnit(machine: PickleMachine, metadata: PyValue | undefined): string | undefined {
  if (metadata?.kind !== 'tuple' || metadata.items[1]?.kind !== 'tuple') return undefined;
  const [unit, numerator] = metadata.items[1].items;
  const name = Buffer.from(asBytes(machine, unit, 'a datetime unit')).toString('latin1');
  const count = asCount(machine, numerator, 'a datetime unit');
  return count === 1 ? name : `${count}${name}`;
}

export function asDtype(machine: PickleMachine, value: PyValue | undefined): NumpyDtype {
  if (value?.kind !== 'numpy-dtype') throw machine.fail('a dtype is missing');
  return value;
}

/** `_reconstruct(ndarray, (0,), b'b')`: an array that BUILD fills. */
export function emptyArray(machine: PickleMachine, args: readonly PyValue[]): NumpyArray {
  if (args[0]?.kind !== 'global' || args[0].name !== 'numpy.ndarray') throw machine.fail('an array of a class other than ndarray');
  const dtype: NumpyDtype = { kind: 'numpy-dtype', code: 'i1', byteOrder: '|', itemSize: 1, fields: [], unit: undefined };
  return { kind: 'ndarray', dtype, shape: [0], order: 'C', data: new Uint8Array(0), items: undefined };
}

/** State of an array: (version, shape, dtype, is Fortran, raw bytes or list of objects). */
export function buildArray(machine: PickleMachine, array: NumpyArray, state: PyValue): void {
  const [shape, dtype, isFortran, raw] = asTuple(machine, state, 'an array state').slice(-4);
  const order = asBool(machine, isFortran, 'the order of an array') ? 'F' : 'C';
  Object.assign(array, makeArray(machine, asCounts(machine, shape, 'an array shape'), asDtype(machine, dtype), order, raw));
}

/** `_frombuffer(buffer, dtype, shape, order)` of protocol 5. */
export function arrayFromBuffer(machine: PickleMachine, args: readonly PyValue[]): NumpyArray {
  const order = asText(machine, args[3], 'the order of an array') === 'F' ? 'F' : 'C';
  return makeArray(machine, asCounts(machine, args[2], 'an array shape'), asDtype(machine, args[1]), order, args[0]);
}

function makeArray(
  machine: PickleMachine,
  shape: readonly number[],
  dtype: NumpyDtype,
  order: 'C' | 'F',
  raw: PyValue | undefined,
): NumpyArray {
  const count = shape.reduce((product, n) => product * n, 1);
  if (raw?.kind === 'list') {
    if (!dtype.code.startsWith('O') || raw.items.length !== count) throw machine.fail('an object array has another number of items than its shape');
    return { kind: 'ndarray', dtype, shape, order, data: new Uint8Array(0), items: raw.items };
  }
  const bytes = asBytes(machine, raw, 'the content of an array');
  if (dtype.code.startsWith('O') || count * dtype.itemSize !== bytes.length) throw machine.fail('an array has another size than its shape');
  const native = toNative(machine, dtype, bytes);
  return { kind: 'ndarray', shape, order, items: undefined, ...native };
}

/** `numpy.core.multiarray.scalar(dtype, bytes)`. */
export function numpyScalar(machine: PickleMachine, args: readonly PyValue[]): NumpyScalar {
  const dtype = asDtype(machine, args[0]);
  const bytes = asBytes(machine, args[1], 'the content of a scalar');
  if (dtype.itemSize !== bytes.length) throw machine.fail('a scalar has another size than its dtype');
  return { kind: 'numpy-scalar', ...toNative(machine, dtype, bytes) };
}

/** Big-endian elements become little-endian, as they do when NumPy loads them. */
function toNative(machine: PickleMachine, dtype: NumpyDtype, bytes: Uint8Array): { dtype: NumpyDtype; data: Uint8Array } {
  if (dtype.byteOrder === '=') return { dtype: { ...dtype, byteOrder: dtype.itemSize > 1 ? '<' : '|' }, data: bytes };
  if (dtype.byteOrder !== '>' || !SWAPPABLE.test(dtype.code)) return { dtype, data: bytes };
  machine.spend(bytes.length);
  const letter = dtype.code[0];
  const width = letter === 'c' ? dtype.itemSize / 2 : letter === 'U' ? 4 : dtype.itemSize;
  return { dtype: { ...dtype, byteOrder: '<' }, data: swapBytes(bytes, width) };
}

/** Copy with the bytes of every `width`-byte element reversed. */
export function swapBytes(bytes: Uint8Array, width: number): Uint8Array<ArrayBuffer> {
  const swapped = copyOf(bytes);
  if (width < 2) return swapped;
  for (let at = 0; at + width <= swapped.length; at += width) swapped.subarray(at, at + width).reverse();
  return swapped;
}
