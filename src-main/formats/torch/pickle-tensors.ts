import type { TorchDtype } from './dtypes.ts';
import { isOtherDtype, itemSizeOf, storageDtypeOf } from './dtypes.ts';
import { asBool, asCount, asCounts, asIntegers, asText, asTuple } from './pickle-arguments.ts';
import { LIMITS } from './limits.ts';
import type { PickleMachine } from './pickle-machine.ts';
import type { PyValue, Tensor, TensorStorage } from './py-value.ts';
import { getItem } from './py-value.ts';

/** Storages by their persistent id, in order of first appearance. */
export type StorageTable = Map<string, TensorStorage>;

/**
 * Persistent id of a storage: ("storage", class, key, location, element count [, view metadata]);
 * `persistent_id` in torch/serialization.py.
 */
export function storageFromId(machine: PickleMachine, id: PyValue, storages: StorageTable): TensorStorage {
  const [tag, storageClass, key, location, count] = asTuple(machine, id, 'a persistent id');
  if (asText(machine, tag, 'a persistent id') !== 'storage') throw machine.fail('a persistent id is not one of a storage');
  const dtype = storageClass?.kind === 'global' ? storageDtypeOf(storageClass.name) : undefined;
  if (dtype === undefined) throw machine.fail('the class of a storage is unknown');
  const elements = asCount(machine, count, 'the size of a storage');
  const made: TensorStorage = {
    kind: 'storage',
    key: asName(machine, key, 'the key of a storage'),
    dtype,
    count: elements,
    byteLength: elements * (dtype === 'untyped' ? 1 : itemSizeOf(dtype)),
    location: asName(machine, location, 'the location of a storage'),
  };
  const identity = `${made.key}\u0000${dtype}\u0000${elements}`;
  const known = storages.get(identity);
  if (known) return known;
  storages.set(identity, made);
  return made;
}

function asName(machine: PickleMachine, value: PyValue | undefined, what: string): string {
  const name = asText(machine, value, what);
  if (name.length > LIMITS.nameLength) throw machine.fail(`${what} has ${name.length} characters`);
  return name;
}

/** `_rebuild_tensor_v2(storage, offset, size, stride [, requires_grad, hooks [, metadata]])`; torch/_utils.py. */
export function tensorV2(machine: PickleMachine, args: readonly PyValue[]): Tensor {
  const storage = asStorage(machine, args[0]);
  if (storage.dtype === 'untyped') throw machine.fail('a tensor without a dtype');
  return makeTensor(machine, args, storage.dtype, args[6]);
}

/** `_rebuild_tensor_v3`: the same over bytes, with the dtype as seventh argument. */
export function tensorV3(machine: PickleMachine, args: readonly PyValue[]): PyValue {
  if (args[6]?.kind === 'global' && isOtherDtype(args[6].name)) return { kind: 'opaque', className: args[6].name };
  if (args[6]?.kind !== 'dtype') throw machine.fail('a tensor without a dtype');
  return makeTensor(machine, args, args[6].value, args[7]);
}

function makeTensor(machine: PickleMachine, args: readonly PyValue[], dtype: TorchDtype, metadata: PyValue | undefined): Tensor {
  const shape = asCounts(machine, args[2], 'the shape of a tensor');
  const stride = asIntegers(machine, args[3], 'the stride of a tensor');
  if (shape.length !== stride.length) throw machine.fail('a tensor has another number of strides than of sizes');
  return {
    kind: 'tensor',
    className: 'Tensor',
    dtype,
    shape,
    stride,
    storageOffset: asCount(machine, args[1], 'the offset of a tensor'),
    storage: asStorage(machine, args[0]),
    requiresGrad: args[4] === undefined ? false : asBool(machine, args[4], 'requires_grad'),
    isConjugate: isTrue(getItem(metadata, 'conj')),
    isNegative: isTrue(getItem(metadata, 'neg')),
    state: undefined,
  };
}

function isTrue(value: PyValue | undefined): boolean {
  return value?.kind === 'bool' && value.value;
}

function asStorage(machine: PickleMachine, value: PyValue | undefined): TensorStorage {
  if (value?.kind !== 'storage') throw machine.fail('a tensor without a storage');
  return value;
}

const TENSOR_CLASSES: Readonly<Record<string, Tensor['className']>> = {
  'torch.Tensor': 'Tensor',
  'torch.nn.parameter.Parameter': 'Parameter',
  'monai.data.meta_tensor.MetaTensor': 'MetaTensor',
};

/** `_rebuild_from_type_v2(function, class, args, state)`; torch/_tensor.py. `tensor` is what the function made. */
export function tensorOfType(machine: PickleMachine, tensor: PyValue, type: PyValue | undefined, state: PyValue | undefined): PyValue {
  const className = type?.kind === 'global' && Object.hasOwn(TENSOR_CLASSES, type.name) ? TENSOR_CLASSES[type.name] : undefined;
  if (className === undefined) throw machine.fail('a tensor of an unknown class');
  if (tensor.kind !== 'tensor') return tensor;
  return { ...tensor, className, state: state?.kind === 'none' ? undefined : state };
}

/** `_rebuild_parameter(tensor, requires_grad, hooks)` and `_rebuild_parameter_with_state(…, state)`; torch/_utils.py. */
export function parameter(machine: PickleMachine, args: readonly PyValue[]): PyValue {
  const tensor = args[0];
  if (tensor?.kind !== 'tensor') throw machine.fail('a parameter without a tensor');
  return { ...tensor, className: 'Parameter', requiresGrad: asBool(machine, args[1], 'requires_grad'), state: args[3] };
}
