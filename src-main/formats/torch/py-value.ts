import type { TorchDtype } from './dtypes.ts';

/**
 * A Python object graph as plain data. Two places that hold the same node hold the same Python
 * object; writing keeps that sharing.
 */
export type PyValue =
  | PyNone
  | PyBool
  | PyInt
  | PyFloat
  | PyComplex
  | PyText
  | PyBytes
  | PySequence
  | PyDict
  | PyRange
  | PySlice
  | PyPath
  | PyEnum
  | NumpyDtype
  | NumpyArray
  | NumpyScalar
  | Tensor
  | TensorStorage
  | TorchSize
  | TorchDtypeName
  | TorchDevice
  | PyGlobal
  | Opaque;

export interface PyNone {
  readonly kind: 'none';
}
export interface PyBool {
  readonly kind: 'bool';
  readonly value: boolean;
}
/** A number while it is exact, a bigint from 2^53 on. */
export interface PyInt {
  readonly kind: 'int';
  readonly value: number | bigint;
}
export interface PyFloat {
  readonly kind: 'float';
  readonly value: number;
}
export interface PyComplex {
  readonly kind: 'complex';
  readonly real: number;
  readonly imaginary: number;
}
/** Lone surrogates are allowed, as in Python. */
export interface PyText {
  readonly kind: 'text';
  readonly value: string;
}
export interface PyBytes {
  readonly kind: 'bytes' | 'bytearray';
  readonly value: Uint8Array;
}
export interface PySequence {
  readonly kind: 'list' | 'tuple' | 'set' | 'frozenset';
  readonly items: PyValue[];
}
/** Entries in insertion order. Use `setItem` to add: a repeated key keeps its place and changes its value. */
export interface PyDict {
  readonly kind: 'dict' | 'odict';
  readonly entries: [key: PyValue, value: PyValue][];
  /** Index into `entries` by `hashKey`. */
  readonly index: Map<string, number>;
}
export interface PyRange {
  readonly kind: 'range';
  readonly bounds: readonly [start: PyValue, stop: PyValue, step: PyValue];
}
export interface PySlice {
  readonly kind: 'slice';
  readonly bounds: readonly [start: PyValue, stop: PyValue, step: PyValue];
}
export interface PyPath {
  readonly kind: 'path';
  readonly className: string;
  readonly value: string;
}
/** A member of one of MONAI's text enums. */
export interface PyEnum {
  readonly kind: 'enum';
  /** `MetaKeys`, `TraceKeys` and others of monai/utils/enums.py. */
  readonly className: string;
  readonly name: string;
  readonly value: string;
}
export interface NumpyDtype {
  readonly kind: 'numpy-dtype';
  /** Without byte order: `i4`, `U2`, `M8`. */
  readonly code: string;
  readonly byteOrder: '<' | '|' | '>' | '=';
  readonly itemSize: number;
  /** Of a structured dtype: name, dtype, offset in bytes. */
  readonly fields: readonly (readonly [name: string, dtype: NumpyDtype, offset: number])[];
  /** Of `M8` and `m8`: `D`, `ns`, `25us`. */
  readonly unit: string | undefined;
}
export interface NumpyArray {
  readonly kind: 'ndarray';
  readonly dtype: NumpyDtype;
  readonly shape: readonly number[];
  /** `F` only where column-major differs from C order. */
  readonly order: 'C' | 'F';
  /** Raw elements, little-endian, in `order`; empty for object arrays. */
  readonly data: Uint8Array;
  /** Elements of an object array (`O8`). */
  readonly items: readonly PyValue[] | undefined;
}
export interface NumpyScalar {
  readonly kind: 'numpy-scalar';
  readonly dtype: NumpyDtype;
  readonly data: Uint8Array;
}
/** Flat buffer behind one or more tensors; its bytes are the record `data/<key>`. */
export interface TensorStorage {
  readonly kind: 'storage';
  readonly key: string;
  /** `untyped` storages count bytes. */
  readonly dtype: TorchDtype | 'untyped';
  /** Elements. */
  readonly count: number;
  readonly byteLength: number;
  /** Device it was on: `cpu`, `cuda:0`. Does not change the bytes. */
  readonly location: string;
  /** Content, where the graph was made for writing. */
  readonly data?: Uint8Array;
}
/** A view of a storage; offset, shape and stride count elements. */
export interface Tensor {
  readonly kind: 'tensor';
  readonly className: 'Tensor' | 'Parameter' | 'MetaTensor';
  readonly dtype: TorchDtype;
  readonly shape: readonly number[];
  readonly stride: readonly number[];
  readonly storageOffset: number;
  readonly storage: TensorStorage;
  readonly requiresGrad: boolean;
  /** Imaginary parts are to be negated on reading. */
  readonly isConjugate: boolean;
  /** Values are to be negated on reading. */
  readonly isNegative: boolean;
  /** Python attributes; MONAI's MetaTensor keeps `_meta` and the applied operations here. */
  readonly state: PyValue | undefined;
}
export interface TorchSize {
  readonly kind: 'size';
  readonly items: readonly PyValue[];
}
export interface TorchDtypeName {
  readonly kind: 'dtype';
  readonly value: TorchDtype;
}
export interface TorchDevice {
  readonly kind: 'device';
  readonly value: string;
}
/** A class or function that is only named, never called. */
export interface PyGlobal {
  readonly kind: 'global';
  /** `module.name`, with Python 2 module names translated. */
  readonly name: string;
}
/** Something this reader knows of but does not take apart, or must not. */
export interface Opaque {
  readonly kind: 'opaque';
  readonly className: string;
}

export const NONE: PyNone = { kind: 'none' };
export const TRUE: PyBool = { kind: 'bool', value: true };
export const FALSE: PyBool = { kind: 'bool', value: false };

export function int(value: number | bigint): PyInt {
  const isExact = typeof value === 'bigint' && value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER;
  return { kind: 'int', value: isExact ? Number(value) : value };
}

export function float(value: number): PyFloat {
  return { kind: 'float', value };
}

export function text(value: string): PyText {
  return { kind: 'text', value };
}

export function bool(value: boolean): PyBool {
  return value ? TRUE : FALSE;
}

export function list(items: PyValue[]): PySequence {
  return { kind: 'list', items };
}

export function tuple(items: PyValue[]): PySequence {
  return { kind: 'tuple', items };
}

export function dict(entries: Iterable<readonly [PyValue, PyValue]> = [], kind: PyDict['kind'] = 'dict'): PyDict {
  const made: PyDict = { kind, entries: [], index: new Map() };
  for (const [key, value] of entries) setItem(made, key, value);
  return made;
}

/** A dict with text keys. */
export function record(entries: Readonly<Record<string, PyValue>>): PyDict {
  return dict(Object.entries(entries).map(([key, value]) => [text(key), value] as const));
}

export function setItem(target: PyDict, key: PyValue, value: PyValue): void {
  const hash = hashKey(key);
  const at = hash === undefined ? undefined : target.index.get(hash);
  const entry = at === undefined ? undefined : target.entries[at];
  if (entry) {
    entry[1] = value;
    return;
  }
  if (hash !== undefined) target.index.set(hash, target.entries.length);
  target.entries.push([key, value]);
}

/** Value under a text key or under an enum member of that value. */
export function getItem(from: PyValue | undefined, key: string): PyValue | undefined {
  if (from?.kind !== 'dict' && from?.kind !== 'odict') return undefined;
  const found = from.entries.find(([k]) => (k.kind === 'text' || k.kind === 'enum') && k.value === key);
  return found?.[1];
}

const MAX_HASH_PARTS = 64;
const MAX_HASHED_LENGTH = 1024;

/**
 * Text that is equal for keys Python takes for equal; undefined for keys compared by identity. A text
 * is its own hash, because its JavaScript hash is computed only once, however long it is; all other
 * hashes start with a zero.
 */
function hashKey(key: PyValue): string | undefined {
  if (key.kind === 'text' && !key.value.startsWith('\0')) return key.value;
  const parts: string[] = [];
  const pending: PyValue[] = [key];
  for (let next = pending.pop(); next; next = pending.pop()) {
    if (parts.length > MAX_HASH_PARTS) return undefined;
    if (next.kind === 'tuple') {
      if (next.items.length > MAX_HASH_PARTS) return undefined;
      parts.push(`(${next.items.length}`);
      pending.push(...next.items);
    } else {
      const hash = hashScalar(next);
      if (hash === undefined) return undefined;
      parts.push(hash);
    }
  }
  return `\0${parts.join('\0')}`;
}

/** 1, 1.0 and True are one key. */
function hashScalar(key: PyValue): string | undefined {
  switch (key.kind) {
    case 'none':
      return 'none';
    case 'bool':
      return `n${Number(key.value)}`;
    case 'int':
      return typeof key.value === 'number' ? `n${key.value}` : undefined;
    case 'float':
      return `n${key.value}`;
    case 'text':
      return key.value.length > MAX_HASHED_LENGTH ? undefined : `s${JSON.stringify(key.value)}`;
    case 'bytes':
      return key.value.length > MAX_HASHED_LENGTH ? undefined : `b${Buffer.from(key.value).toString('hex')}`;
    case 'enum':
      return `e${key.className}.${key.name}`;
    default:
      return undefined;
  }
}
