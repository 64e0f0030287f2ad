import { copyOf } from './byte-source.ts';
import { isOtherDtype, isTorchDtype, storageDtypeOf } from './dtypes.ts';
import { asBytes, asDict, asInteger, asItems, asText } from './pickle-arguments.ts';
import { MONAI_ENUMS } from './monai-enums.ts';
import type { PickleMachine } from './pickle-machine.ts';
import { arrayFromBuffer, emptyArray, numpyDtype, numpyScalar } from './pickle-numpy.ts';
import { parameter, tensorV2, tensorV3 } from './pickle-tensors.ts';
import type { PyBytes, PyEnum, PySequence, PyValue } from './py-value.ts';
import { dict, float, int, text } from './py-value.ts';

const ENUM_MODULE = 'monai.utils.enums.';

type Reducer = (machine: PickleMachine, args: readonly PyValue[]) => PyValue;

/** What the allowed functions and classes would return, as data. Nothing here is ever looked up or called. */
const REDUCERS: Readonly<Record<string, Reducer>> = {
  'torch._utils._rebuild_tensor': tensorV2,
  'torch._utils._rebuild_tensor_v2': tensorV2,
  'torch._utils._rebuild_tensor_v3': tensorV3,
  'torch._utils._rebuild_parameter': parameter,
  'torch._utils._rebuild_parameter_with_state': parameter,
  'torch._utils._rebuild_sparse_tensor': () => ({ kind: 'opaque', className: '_rebuild_sparse_tensor' }),
  'torch._utils._rebuild_qtensor': () => ({ kind: 'opaque', className: '_rebuild_qtensor' }),
  'torch._utils._rebuild_nested_tensor': () => ({ kind: 'opaque', className: '_rebuild_nested_tensor' }),
  'torch._utils._rebuild_meta_tensor_no_storage': () => ({ kind: 'opaque', className: '_rebuild_meta_tensor_no_storage' }),
  'torch.serialization._get_layout': () => ({ kind: 'opaque', className: '_get_layout' }),
  'torch.Size': (machine, args) => ({ kind: 'size', items: asItems(machine, args[0], 'a size') }),
  'torch.device': (machine, args) => ({ kind: 'device', value: deviceName(machine, args) }),
  'numpy.core.multiarray._reconstruct': emptyArray,
  'numpy.core.multiarray.scalar': numpyScalar,
  'numpy.core.numeric._frombuffer': arrayFromBuffer,
  'numpy.dtype': numpyDtype,
  'collections.OrderedDict': (machine, args) => mapFrom(machine, args[0], 'odict'),
  'collections.Counter': (machine, args) => mapFrom(machine, args[0], 'dict'),
  'collections.defaultdict': (machine, args) => mapFrom(machine, args[1], 'dict'),
  '_codecs.encode': encodeLatin1,
  'builtins.set': (machine, args) => sequenceFrom(machine, args[0], 'set'),
  'builtins.frozenset': (machine, args) => sequenceFrom(machine, args[0], 'frozenset'),
  'builtins.list': (machine, args) => sequenceFrom(machine, args[0], 'list'),
  'builtins.tuple': (machine, args) => sequenceFrom(machine, args[0], 'tuple'),
  'builtins.dict': (machine, args) => mapFrom(machine, args[0], 'dict'),
  'builtins.bytes': (machine, args) => bytesFrom(machine, args, 'bytes'),
  'builtins.bytearray': (machine, args) => bytesFrom(machine, args, 'bytearray'),
  'builtins.complex': (machine, args) => ({ kind: 'complex', real: asNumber(machine, args[0]), imaginary: asNumber(machine, args[1]) }),
  'builtins.slice': (machine, args) => ({ kind: 'slice', bounds: bounds(machine, args) }),
  'builtins.range': (machine, args) => ({ kind: 'range', bounds: bounds(machine, args) }),
  'builtins.int': (machine, args) => int(args.length === 0 ? 0 : asInteger(machine, args[0], 'an int')),
  'builtins.float': (machine, args) => float(args.length === 0 ? 0 : asNumber(machine, args[0])),
  'builtins.str': (machine, args) => text(args.length === 0 ? '' : asText(machine, args[0], 'a str')),
};

/** Names that may stand for themselves: class marks and callables handled by the reader itself. */
const MARKS = new Set([
  'torch.Tensor',
  'torch.nn.parameter.Parameter',
  'torch._tensor._rebuild_from_type_v2',
  'torch.per_tensor_affine',
  'torch.per_tensor_symmetric',
  'torch.per_channel_affine',
  'torch.per_channel_symmetric',
  'torch.per_channel_affine_float_qparams',
  'numpy.ndarray',
  'monai.data.meta_tensor.MetaTensor',
  'builtins.getattr',
]);

const PATH_CLASS = /^pathlib(?:\._local)?\.((?:Pure)?(?:Posix|Windows)?Path)$/;
const MODULE_ALIASES: Readonly<Record<string, string>> = { __builtin__: 'builtins', copy_reg: 'copyreg' };
/** Python 3 writes its types under their names of Python 2 up to protocol 2 (CPython `Lib/_compat_pickle.py`). */
const BUILTIN_ALIASES: Readonly<Record<string, string>> = { xrange: 'range', long: 'int', unicode: 'str' };

/** `module.name` with the names of Python 2 and NumPy 2 under one name each. */
export function canonicalName(module: string, name: string): string {
  const known = Object.hasOwn(MODULE_ALIASES, module) ? MODULE_ALIASES[module] : module.replace(/^numpy\._core\./, 'numpy.core.');
  return `${known}.${known === 'builtins' && Object.hasOwn(BUILTIN_ALIASES, name) ? BUILTIN_ALIASES[name] : name}`;
}

/** Value of an allowed name; undefined for every other. */
export function allowedGlobal(name: string): PyValue | undefined {
  const dtype = name.startsWith('torch.') ? name.slice('torch.'.length) : '';
  if (isTorchDtype(dtype)) return { kind: 'dtype', value: dtype };
  const isAllowed =
    Object.hasOwn(REDUCERS, name) || MARKS.has(name) || isOtherDtype(name) || enumClass(name) !== undefined || PATH_CLASS.test(name) || storageDtypeOf(name) !== undefined;
  return isAllowed ? { kind: 'global', name } : undefined;
}

/** Result of an allowed callable; undefined where the name is only a mark. */
export function callAllowed(machine: PickleMachine, name: string, args: readonly PyValue[]): PyValue | undefined {
  if (Object.hasOwn(REDUCERS, name)) return REDUCERS[name]?.(machine, args);
  const members = enumClass(name);
  if (members) return enumByValue(machine, name, members, args);
  const pathClass = PATH_CLASS.exec(name)?.[1];
  return pathClass === undefined ? undefined : pathFrom(machine, pathClass, args);
}

function enumClass(name: string): Readonly<Record<string, string>> | undefined {
  const className = name.startsWith(ENUM_MODULE) ? name.slice(ENUM_MODULE.length) : '';
  return Object.hasOwn(MONAI_ENUMS, className) ? MONAI_ENUMS[className] : undefined;
}

function enumByValue(machine: PickleMachine, fullName: string, members: Readonly<Record<string, string>>, args: readonly PyValue[]): PyEnum {
  const value = asText(machine, args[0], 'an enum value');
  const name = Object.keys(members).find((member) => members[member] === value);
  if (name === undefined) throw machine.fail(`${fullName} has no value ${JSON.stringify(value)}`);
  return { kind: 'enum', className: fullName.slice(ENUM_MODULE.length), name, value };
}

/** `getattr(enum class, member name)`, the only use of getattr that is allowed; undefined otherwise. */
export function enumByGetattr(args: readonly PyValue[]): PyEnum | undefined {
  const [owner, member] = args;
  if (args.length !== 2 || owner?.kind !== 'global' || member?.kind !== 'text') return undefined;
  const members = enumClass(owner.name);
  const value = members && Object.hasOwn(members, member.value) ? members[member.value] : undefined;
  return value === undefined ? undefined : { kind: 'enum', className: owner.name.slice(ENUM_MODULE.length), name: member.value, value };
}

function deviceName(machine: PickleMachine, args: readonly PyValue[]): string {
  const type = asText(machine, args[0], 'a device');
  return args[1] === undefined ? type : `${type}:${asInteger(machine, args[1], 'a device index')}`;
}

function mapFrom(machine: PickleMachine, source: PyValue | undefined, kind: 'dict' | 'odict'): PyValue {
  if (source === undefined) return dict([], kind);
  if (source.kind === 'list') return dict(source.items.map((pair) => pairOf(machine, pair)), kind);
  const { entries } = asDict(machine, source, 'the content of a dict');
  machine.spend(entries.length * 16);
  return dict(entries, kind);
}

function pairOf(machine: PickleMachine, value: PyValue): [PyValue, PyValue] {
  const [key, item] = asItems(machine, value, 'a key and its value');
  if (!key || !item) throw machine.fail('a key without a value');
  return [key, item];
}

function sequenceFrom(machine: PickleMachine, source: PyValue | undefined, kind: PySequence['kind']): PySequence {
  return { kind, items: source === undefined ? [] : asItems(machine, source, `the content of a ${kind}`) };
}

function encodeLatin1(machine: PickleMachine, args: readonly PyValue[]): PyBytes {
  return { kind: 'bytes', value: latin1Bytes(machine, args) };
}

function latin1Bytes(machine: PickleMachine, args: readonly PyValue[]): Uint8Array {
  const value = asText(machine, args[0], 'encoded bytes');
  if (!/^latin-?1$/.test(asText(machine, args[1], 'an encoding'))) throw machine.fail('bytes in an encoding other than latin1');
  machine.spend(value.length);
  const encoded = Buffer.from(value, 'latin1');
  if (encoded.toString('latin1') !== value) throw machine.fail('bytes with a code beyond 255');
  return encoded;
}

function bytesFrom(machine: PickleMachine, args: readonly PyValue[], kind: PyBytes['kind']): PyBytes {
  if (args.length === 0) return { kind, value: new Uint8Array(0) };
  if (args[0]?.kind === 'text') return { kind, value: latin1Bytes(machine, args) };
  const source = asBytes(machine, args[0], `the content of ${kind}`);
  machine.spend(source.length);
  return { kind, value: copyOf(source) };
}

function asNumber(machine: PickleMachine, value: PyValue | undefined): number {
  if (value === undefined) return 0;
  if (value.kind === 'float') return value.value;
  return asInteger(machine, value, 'a number');
}

function bounds(machine: PickleMachine, args: readonly PyValue[]): readonly [PyValue, PyValue, PyValue] {
  const [start, stop, step] = args;
  if (!start || !stop || !step) throw machine.fail('a range needs three bounds');
  return [start, stop, step];
}

function pathFrom(machine: PickleMachine, className: string, args: readonly PyValue[]): PyValue {
  const separator = className.includes('Windows') ? '\\' : '/';
  const parts = args.map((part) => asText(machine, part, 'a part of a path'));
  machine.spend(parts.reduce((sum, part) => sum + part.length + 1, 0));
  const [first = '', ...rest] = parts;
  const root = first === '' || first.endsWith(separator) || rest.length === 0 ? first : first + separator;
  return { kind: 'path', className, value: root + rest.join(separator) };
}
