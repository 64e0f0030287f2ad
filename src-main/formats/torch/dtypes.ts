/** Element types of tensors, by PyTorch's names, with their size in bytes. */
const ITEM_SIZES = {
  float64: 8,
  float32: 4,
  float16: 2,
  bfloat16: 2,
  int64: 8,
  int32: 4,
  int16: 2,
  int8: 1,
  uint8: 1,
  bool: 1,
  complex64: 8,
  complex128: 16,
  quint8: 1,
  qint8: 1,
  qint32: 4,
  quint4x2: 1,
  quint2x4: 1,
  uint16: 2,
  uint32: 4,
  uint64: 8,
  complex32: 4,
  float8_e4m3fn: 1,
  float8_e5m2: 1,
  float8_e4m3fnuz: 1,
  float8_e5m2fnuz: 1,
  float8_e8m0fnu: 1,
} as const;

export type TorchDtype = keyof typeof ITEM_SIZES;

export function itemSizeOf(dtype: TorchDtype): number {
  return ITEM_SIZES[dtype];
}

export function isTorchDtype(name: string): name is TorchDtype {
  return Object.hasOwn(ITEM_SIZES, name);
}

/** Full name of a dtype of PyTorch (2.13) whose elements are not read: tensors of it are opaque. */
export function isOtherDtype(fullName: string): boolean {
  return /^torch\.(?:bits(?:8|16|1x8|2x4|4x2)|u?int[1-7]|float4_e2m1fn_x2)$/.test(fullName);
}

export function isComplexDtype(dtype: TorchDtype): boolean {
  return dtype.startsWith('complex');
}

/** With a sign bit at the top of each element, or of each half of a complex one. */
export function isFloatDtype(dtype: TorchDtype): boolean {
  return /^(?:float|bfloat|complex)/.test(dtype);
}

/** Storage classes and the dtype they imply (torch/__init__.py, torch/storage.py). */
const STORAGE_DTYPES = {
  DoubleStorage: 'float64',
  FloatStorage: 'float32',
  HalfStorage: 'float16',
  BFloat16Storage: 'bfloat16',
  LongStorage: 'int64',
  IntStorage: 'int32',
  ShortStorage: 'int16',
  CharStorage: 'int8',
  ByteStorage: 'uint8',
  BoolStorage: 'bool',
  ComplexFloatStorage: 'complex64',
  ComplexDoubleStorage: 'complex128',
  QUInt8Storage: 'quint8',
  QInt8Storage: 'qint8',
  QInt32Storage: 'qint32',
  QUInt4x2Storage: 'quint4x2',
  QUInt2x4Storage: 'quint2x4',
} as const satisfies Readonly<Record<string, TorchDtype>>;

const UNTYPED_NAMES = new Set(['torch.storage.UntypedStorage', 'torch.storage.TypedStorage', 'torch.storage._UntypedStorage']);
const STORAGE_CLASS = /^torch(?:\.cuda)?\.(\w+Storage)$/;

/**
 * dtype of a storage class by its full name; `untyped` where elements are bytes; undefined if the
 * name is no storage class.
 */
export function storageDtypeOf(fullName: string): TorchDtype | 'untyped' | undefined {
  if (UNTYPED_NAMES.has(fullName)) return 'untyped';
  const name = STORAGE_CLASS.exec(fullName)?.[1];
  return name !== undefined && Object.hasOwn(STORAGE_DTYPES, name) ? STORAGE_DTYPES[name as keyof typeof STORAGE_DTYPES] : undefined;
}

/** `torch` name of the storage class that `torch.save` uses for a dtype; undefined for the untyped ones. */
export function storageClassOf(dtype: TorchDtype): string | undefined {
  return Object.entries(STORAGE_DTYPES).find(([, of]) => of === dtype)?.[0];
}
