import { itemBytes, NIFTI1_FIELDS, NIFTI2_FIELDS, type FieldSpec, type NumericType } from './fields.ts';

/** One NIfTI header field as numbers in little-endian bytes, under nibabel's name. */
export interface NiftiField {
  readonly name: string;
  /** numpy dtype code without byte order. */
  readonly dtype: NumericType;
  /** `[]` for a scalar. */
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

/**
 * A header brought to little-endian, with its fields readable and writable by name. Writing goes
 * through the field's own type, so a value written and read again is rounded as in the file.
 */
export class HeaderBytes {
  readonly version: 1 | 2;
  /** 348 or 540 bytes. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  private readonly view: DataView;
  private readonly table: ReadonlyMap<string, FieldSpec>;

  /** @param source the header as stored; the first 348 or 540 bytes are copied */
  constructor(source: Uint8Array, version: 1 | 2, isLittleEndian: boolean) {
    this.version = version;
    this.table = version === 1 ? NIFTI1_FIELDS : NIFTI2_FIELDS;
    this.bytes = new Uint8Array(source.subarray(0, version === 1 ? 348 : 540));
    this.view = new DataView(this.bytes.buffer);
    if (!isLittleEndian) for (const spec of this.table.values()) swapField(this.bytes, spec);
  }

  get(name: string, index = 0): number {
    const { type, offset } = this.spec(name);
    return readNumber(this.view, type, offset + index * itemBytes(type));
  }

  list(name: string): number[] {
    return Array.from({ length: this.spec(name).count }, (_, index) => this.get(name, index));
  }

  set(name: string, value: number, index = 0): void {
    const { type, offset } = this.spec(name);
    writeNumber(this.view, type, offset + index * itemBytes(type), value);
  }

  setText(name: string, text: string): void {
    const { offset, count } = this.spec(name);
    this.bytes.fill(0, offset, offset + count);
    for (let i = 0; i < Math.min(text.length, count); i++) this.bytes[offset + i] = text.charCodeAt(i);
  }

  /** All number fields in header order. */
  numberFields(): NiftiField[] {
    return Array.from(this.table.values()).flatMap(({ name, type, count, offset }) => {
      if (type === 'S') return [];
      const bytes = this.bytes.slice(offset, offset + count * itemBytes(type));
      return [{ name, dtype: type, shape: count === 1 ? [] : [count], bytes }];
    });
  }

  private spec(name: string): FieldSpec {
    const spec = this.table.get(name);
    if (spec === undefined) throw new RangeError(`NIfTI-${this.version} has no field ${name}`);
    return spec;
  }
}

function swapField(bytes: Uint8Array, { type, count, offset }: FieldSpec): void {
  const width = itemBytes(type);
  for (let index = 0; index < count; index++) {
    bytes.subarray(offset + index * width, offset + (index + 1) * width).reverse();
  }
}

/** int64 comes as a float64: exact to 2^53, which is far beyond any size that is accepted. */
function readNumber(view: DataView, type: FieldSpec['type'], offset: number): number {
  switch (type) {
    case 'i1':
      return view.getInt8(offset);
    case 'i2':
      return view.getInt16(offset, true);
    case 'i4':
      return view.getInt32(offset, true);
    case 'i8':
      return Number(view.getBigInt64(offset, true));
    case 'f4':
      return view.getFloat32(offset, true);
    case 'f8':
      return view.getFloat64(offset, true);
    default:
      return view.getUint8(offset);
  }
}

function writeNumber(view: DataView, type: FieldSpec['type'], offset: number, value: number): void {
  switch (type) {
    case 'i1':
      return view.setInt8(offset, value);
    case 'i2':
      return view.setInt16(offset, value, true);
    case 'i4':
      return view.setInt32(offset, value, true);
    case 'i8':
      return view.setBigInt64(offset, BigInt(value), true);
    case 'f4':
      return view.setFloat32(offset, value, true);
    case 'f8':
      return view.setFloat64(offset, value, true);
    default:
      return view.setUint8(offset, value);
  }
}
