import { itemSizeOf } from './dtypes.ts';
import { LIMITS } from './limits.ts';
import { TorchProblem } from './problem.ts';
import type { PyValue, Tensor } from './py-value.ts';

/** Values directly inside a value. */
export function childrenOf(value: PyValue): readonly PyValue[] {
  switch (value.kind) {
    case 'list':
    case 'tuple':
    case 'set':
    case 'frozenset':
    case 'size':
      return value.items;
    case 'dict':
    case 'odict':
      return value.entries.flat();
    case 'ndarray':
      return value.items ?? [];
    case 'tensor':
      return value.state ? [value.state] : [];
    case 'range':
    case 'slice':
      return value.bounds;
    default:
      return [];
  }
}

interface Frame {
  readonly value: PyValue;
  readonly children: readonly PyValue[];
  next: number;
  expanded: number;
}

/**
 * Walks an object graph once, without recursion, and makes sure that whoever walks it as a tree will
 * come to an end: no cycles, limited depth, limited number of values.
 *
 * @returns every tensor, in order of first appearance
 * @throws TorchProblem `bad-pickle`
 */
export function assertFiniteTree(root: PyValue): Tensor[] {
  const tensors: Tensor[] = [];
  const expandedOf = new Map<PyValue, number>();
  const open = new Set<PyValue>();
  const frames: Frame[] = [];
  const enter = (value: PyValue): void => {
    if (value.kind === 'tensor') tensors.push(value);
    if (frames.length >= LIMITS.depth) throw refuse(`more than ${LIMITS.depth} levels`);
    open.add(value);
    frames.push({ value, children: childrenOf(value), next: 0, expanded: 1 });
  };
  enter(root);
  for (let frame = frames.at(-1); frame; frame = frames.at(-1)) {
    const child = frame.children[frame.next];
    const known = child && expandedOf.get(child);
    if (child && known === undefined) {
      if (open.has(child)) throw refuse('an object that contains itself');
      enter(child);
      continue;
    }
    if (child) {
      frame.next++;
      frame.expanded += known ?? 0;
      if (frame.expanded > LIMITS.expandedValues) throw refuse(`more than ${LIMITS.expandedValues} values`);
      continue;
    }
    expandedOf.set(frame.value, frame.expanded);
    open.delete(frame.value);
    frames.pop();
  }
  return tensors;
}

function refuse(what: string): TorchProblem {
  return new TorchProblem('bad-pickle', `data.pkl describes ${what}.`, { what });
}

/**
 * Checks that a tensor stays within its storage: offset + Σ (sizeᵢ − 1)·strideᵢ < elements, unless a
 * size is 0.
 *
 * @throws TorchProblem `bad-view`
 */
export function assertViewInside(tensor: Tensor): void {
  const { shape, stride, storage } = tensor;
  if (shape.includes(0)) return;
  const last = shape.reduce((sum, size, i) => sum + (size - 1) * (stride[i] ?? 0), tensor.storageOffset);
  const need = (last + 1) * itemSizeOf(tensor.dtype);
  if (stride.every((step) => step >= 0) && need <= storage.byteLength) return;
  throw new TorchProblem('bad-view', `A tensor over data/${storage.key} reaches byte ${need} of ${storage.byteLength}.`, {
    record: `data/${storage.key}`,
    need,
    have: storage.byteLength,
  });
}

/** True if the elements of the tensor are all elements of its storage, each once, in whatever order. */
export function coversStorage(tensor: Tensor): boolean {
  const count = tensor.shape.reduce((product, size) => product * size, 1);
  if (tensor.storageOffset !== 0 || count * itemSizeOf(tensor.dtype) !== tensor.storage.byteLength) return false;
  const axes = tensor.shape.map((size, i) => ({ size, step: tensor.stride[i] ?? 0 })).filter(({ size }) => size > 1);
  let expected = 1;
  for (const { size, step } of axes.toSorted((a, b) => a.step - b.step)) {
    if (step !== expected) return false;
    expected *= size;
  }
  return true;
}

/** Strides of C order, in elements; PyTorch counts an empty axis as 1. */
export function contiguousStride(shape: readonly number[]): number[] {
  const stride = shape.map(() => 1);
  for (let i = shape.length - 2; i >= 0; i--) stride[i] = (stride[i + 1] ?? 1) * Math.max(1, shape[i + 1] ?? 1);
  return stride;
}
