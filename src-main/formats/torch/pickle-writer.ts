import { viewOf } from './byte-source.ts';
import { ByteWriter } from './byte-writer.ts';
import { storageClassOf } from './dtypes.ts';
import type { NumpyArray, NumpyDtype, PyBytes, PyDict, PyEnum, PySequence, PyText, PyValue, Tensor, TensorStorage } from './py-value.ts';
import { encodePythonText } from './python-text.ts';

/** Differences between writers that load everywhere but change the bytes. */
export interface PickleStyle {
  /**
   * `value` is what Python 3.8 to 3.10, 3.11.4 and later write (class called with the value); `name`
   * is what 3.11.0 to 3.11.3 write (getattr on the class).
   */
  readonly enums: 'value' | 'name';
  /** Module of NumPy's array functions: `numpy.core` before NumPy 2, `numpy._core` from then on. */
  readonly numpyModule: 'numpy.core.multiarray' | 'numpy._core.multiarray';
}

/** The style every reader can load: NumPy 1 does not know `numpy._core`. */
export const PORTABLE_STYLE: PickleStyle = { enums: 'value', numpyModule: 'numpy.core.multiarray' };

export interface WrittenPickle {
  readonly bytes: Uint8Array;
  /** In the order of their keys 0, 1, 2, … */
  readonly storages: readonly TensorStorage[];
}

/**
 * Writes an object graph as `torch.save` does: pickle protocol 2 by CPython's C pickler
 * (python/cpython Modules/_pickle.c), storages as persistent ids with keys in order of first
 * meeting. The same graph always gives the same bytes.
 *
 * A node met twice is written once and then referred to. Equal texts, dtypes, enum members and
 * classes are one object, as CPython interns them; bytes of two and more are always new objects.
 *
 * @throws TypeError for kinds of values no cache entry holds (sets, structured dtypes, …)
 */
export function writePickle(root: PyValue, style: PickleStyle = PORTABLE_STYLE): WrittenPickle {
  const writer = new PickleWriter(style);
  return writer.write(root);
}

const BATCH = 1000;

class PickleWriter {
  readonly #out = new ByteWriter();
  readonly #style: PickleStyle;
  /** Slot by object, or by text for what is one object per value. */
  readonly #memo = new Map<object | string, number>();
  readonly #storages = new Map<TensorStorage, string>();
  /** Slots given away; objects that can never be met again have one too. */
  #slots = 0;

  constructor(style: PickleStyle) {
    this.#style = style;
  }

  write(root: PyValue): WrittenPickle {
    this.#out.bytes([0x80, 0x02]);
    this.#save(root);
    this.#out.u8(0x2e);
    return { bytes: this.#out.finish(), storages: [...this.#storages.keys()] };
  }

  #save(value: PyValue): void {
    switch (value.kind) {
      case 'none':
        return this.#out.u8(0x4e);
      case 'bool':
        return this.#out.u8(value.value ? 0x88 : 0x89);
      case 'int':
        return this.#int(value.value);
      case 'float':
        return this.#float(value.value);
      case 'text':
        return this.#text(value);
      case 'bytes':
        return this.#bytes(value);
      case 'list':
        return this.#once(value, () => this.#list(value));
      case 'tuple':
        return this.#once(value, () => this.#tuple(value.items, value));
      case 'dict':
        return this.#once(value, () => this.#dict(value));
      case 'enum':
        return this.#once(`enum ${value.className}.${value.name}`, () => this.#enum(value));
      case 'numpy-dtype':
        return this.#dtype(value);
      case 'ndarray':
        return this.#once(value, () => this.#array(value));
      case 'tensor':
        return this.#once(value, () => this.#tensor(value));
      default:
        throw new TypeError(`A value of kind ${value.kind} cannot be written.`);
    }
  }

  /** Refers back to an object met before, or lets `write` write it. */
  #once(identity: object | string, write: () => void): void {
    const slot = this.#memo.get(identity);
    if (slot === undefined) return write();
    if (slot < 256) this.#out.bytes([0x68, slot]);
    else {
      this.#out.u8(0x6a);
      this.#out.u32(slot);
    }
  }

  #remember(identity?: object | string): void {
    const slot = this.#slots++;
    if (identity !== undefined) this.#memo.set(identity, slot);
    if (slot < 256) this.#out.bytes([0x71, slot]);
    else {
      this.#out.u8(0x72);
      this.#out.u32(slot);
    }
  }

  #int(value: number | bigint): void {
    if (typeof value === 'bigint' || value < -0x80000000 || value > 0x7fffffff) return this.#long(BigInt(value));
    if (value >= 0 && value <= 0xff) this.#out.bytes([0x4b, value]);
    else if (value >= 0 && value <= 0xffff) this.#out.bytes([0x4d, value & 0xff, value >> 8]);
    else {
      this.#out.u8(0x4a);
      this.#out.u32(value >>> 0);
    }
  }

  /** LONG1: little-endian two's complement in as few bytes as keep the sign. */
  #long(value: bigint): void {
    let length = 1;
    while (BigInt.asIntN(length * 8, value) !== value) length++;
    if (length > 0xff) throw new TypeError('An integer of more than 255 bytes cannot be written.');
    this.#out.bytes([0x8a, length]);
    for (let i = 0; i < length; i++) this.#out.u8(Number((value >> BigInt(8 * i)) & 0xffn));
  }

  /** BINFLOAT, the only big-endian number of the format. */
  #float(value: number): void {
    const bytes = new Uint8Array(9);
    bytes[0] = 0x47;
    viewOf(bytes).setFloat64(1, value, false);
    this.#out.bytes(bytes);
  }

  #text(value: PyText): void {
    this.#once(`text ${value.value}`, () => this.#newText(value.value, `text ${value.value}`));
  }

  #newText(value: string, identity?: object | string): void {
    const encoded = encodePythonText(value);
    this.#out.u8(0x58);
    this.#out.u32(encoded.length);
    this.#out.bytes(encoded);
    this.#remember(identity);
  }

  #shared(value: string): void {
    this.#text({ kind: 'text', value });
  }

  /** Protocol 2 has no bytes: they travel as text in which every byte is one code point. */
  #bytes({ value }: Pick<PyBytes, 'value'>): void {
    const decoded = Buffer.from(value).toString('latin1');
    const identity = value.length < 2 ? `bytes ${decoded}` : value;
    this.#once(identity, () => {
      if (value.length === 0) {
        this.#global('__builtin__', 'bytes');
        this.#out.u8(0x29);
      } else {
        this.#global('_codecs', 'encode');
        if (value.length === 1) this.#shared(decoded);
        else this.#newText(decoded);
        this.#shared('latin1');
        this.#out.u8(0x86);
        this.#remember();
      }
      this.#out.u8(0x52);
      this.#remember(identity);
    });
  }

  #global(module: string, name: string): void {
    const identity = `global ${module}\n${name}`;
    this.#once(identity, () => {
      this.#out.u8(0x63);
      this.#out.bytes(Buffer.from(`${module}\n${name}\n`, 'utf8'));
      this.#remember(identity);
    });
  }

  #list(value: PySequence): void {
    this.#out.u8(0x5d);
    this.#remember(value);
    this.#batches(value.items, 0x61, 0x65, (item) => this.#save(item));
  }

  #dict(value: PyDict): void {
    this.#out.u8(0x7d);
    this.#remember(value);
    this.#batches(value.entries, 0x73, 0x75, ([key, item]) => {
      this.#save(key);
      this.#save(item);
    });
  }

  #batches<T>(items: readonly T[], single: number, many: number, save: (item: T) => void): void {
    const [only] = items;
    if (items.length === 1 && only !== undefined) {
      save(only);
      this.#out.u8(single);
      return;
    }
    for (let start = 0; start < items.length; start += BATCH) {
      this.#out.u8(0x28);
      for (const item of items.slice(start, start + BATCH)) save(item);
      this.#out.u8(many);
    }
  }

  #tuple(items: readonly PyValue[], identity?: object): void {
    this.#tupleOf(
      items.map((item) => () => this.#save(item)),
      identity,
    );
  }

  /** Up to three items have opcodes of their own; the empty tuple is a constant and never remembered. */
  #tupleOf(saves: readonly (() => void)[], identity?: object): void {
    if (saves.length === 0) return this.#out.u8(0x29);
    if (saves.length > 3) this.#out.u8(0x28);
    for (const save of saves) save();
    this.#out.u8(saves.length > 3 ? 0x74 : 0x84 + saves.length);
    this.#remember(identity);
  }

  #integers(values: readonly number[]): void {
    this.#tupleOf(values.map((value) => () => this.#int(value)));
  }

  #enum(value: PyEnum): void {
    const byName = this.#style.enums === 'name';
    if (byName) this.#global('__builtin__', 'getattr');
    this.#global('monai.utils.enums', value.className);
    this.#shared(byName ? value.name : value.value);
    this.#out.u8(byName ? 0x86 : 0x85);
    this.#remember();
    this.#out.u8(0x52);
    this.#remember(`enum ${value.className}.${value.name}`);
  }

  #dtype(value: NumpyDtype): void {
    if (value.fields.length > 0 || value.unit !== undefined || !/^[biufc]\d+$/.test(value.code)) {
      throw new TypeError(`The NumPy dtype ${value.code} cannot be written.`);
    }
    const order = value.itemSize === 1 ? '|' : '<';
    const identity = `dtype ${value.code}`;
    this.#once(identity, () => {
      this.#global('numpy', 'dtype');
      this.#shared(value.code);
      this.#out.bytes([0x89, 0x88, 0x87]);
      this.#remember();
      this.#out.u8(0x52);
      this.#remember(identity);
      this.#out.bytes([0x28, 0x4b, 3]);
      this.#shared(order);
      this.#out.bytes([0x4e, 0x4e, 0x4e]);
      this.#int(-1);
      this.#int(-1);
      this.#out.bytes([0x4b, 0, 0x74]);
      this.#remember();
      this.#out.u8(0x62);
    });
  }

  /** `_reconstruct(ndarray, (0,), b'b')`, then the state (1, shape, dtype, is Fortran, raw bytes). */
  #array(value: NumpyArray): void {
    if (value.items) throw new TypeError('Object arrays cannot be written.');
    this.#global(this.#style.numpyModule, '_reconstruct');
    this.#global('numpy', 'ndarray');
    this.#integers([0]);
    this.#bytes({ value: Uint8Array.of(0x62) });
    this.#out.u8(0x87);
    this.#remember();
    this.#out.u8(0x52);
    this.#remember(value);
    this.#out.bytes([0x28, 0x4b, 1]);
    this.#integers(value.shape);
    this.#dtype(value.dtype);
    this.#out.u8(value.order === 'F' ? 0x88 : 0x89);
    this.#bytes({ value: value.data });
    this.#out.u8(0x74);
    this.#remember();
    this.#out.u8(0x62);
  }

  #tensor(value: Tensor): void {
    if (value.state === undefined && value.className === 'Tensor') {
      this.#global('torch._utils', '_rebuild_tensor_v2');
      this.#tensorArguments(value);
    } else {
      this.#typedTensor(value);
    }
    this.#out.u8(0x52);
    this.#remember(value);
  }

  /** `_rebuild_from_type_v2(_rebuild_tensor_v2, class, arguments, state)`; torch/_tensor.py. */
  #typedTensor(value: Tensor): void {
    if (value.className === 'Parameter') throw new TypeError('Parameters cannot be written.');
    this.#global('torch._tensor', '_rebuild_from_type_v2');
    this.#out.u8(0x28);
    this.#global('torch._utils', '_rebuild_tensor_v2');
    if (value.className === 'MetaTensor') this.#global('monai.data.meta_tensor', 'MetaTensor');
    else this.#global('torch', 'Tensor');
    this.#tensorArguments(value);
    this.#save(value.state ?? { kind: 'none' });
    this.#out.u8(0x74);
    this.#remember();
  }

  /** (storage, offset, size, stride, requires_grad, backward hooks). */
  #tensorArguments(value: Tensor): void {
    if (value.isConjugate || value.isNegative) throw new TypeError('Tensors with a conjugate or negative bit cannot be written.');
    this.#out.u8(0x28);
    this.#storage(value.storage, value);
    this.#int(value.storageOffset);
    this.#integers(value.shape);
    this.#integers(value.stride);
    this.#out.u8(value.requiresGrad ? 0x88 : 0x89);
    this.#global('collections', 'OrderedDict');
    this.#out.bytes([0x29, 0x52]);
    this.#remember();
    this.#out.u8(0x74);
    this.#remember();
  }

  #storage(storage: TensorStorage, tensor: Tensor): void {
    const className = storageClassOf(tensor.dtype);
    if (className === undefined || storage.dtype !== tensor.dtype) throw new TypeError(`Tensors of ${tensor.dtype} cannot be written.`);
    const key = this.#storages.get(storage) ?? String(this.#storages.size);
    this.#storages.set(storage, key);
    this.#out.u8(0x28);
    this.#shared('storage');
    this.#global('torch', className);
    if (key.length === 1) this.#shared(key);
    else this.#once(storage, () => this.#newText(key, storage));
    this.#shared(storage.location);
    this.#int(storage.count);
    this.#out.u8(0x74);
    this.#remember();
    this.#out.u8(0x51);
  }
}
