import type { PickleMachine } from './pickle-machine.ts';
import type { PyDict, PyValue } from './py-value.ts';

/** Narrowing of pickle arguments. All throw `bad-pickle` with what was wanted. */

export function asText(machine: PickleMachine, value: PyValue | undefined, what: string): string {
  if (value?.kind !== 'text') throw machine.fail(`${what} is not a text`);
  return value.value;
}

export function asBytes(machine: PickleMachine, value: PyValue | undefined, what: string): Uint8Array {
  if (value?.kind !== 'bytes' && value?.kind !== 'bytearray') throw machine.fail(`${what} is not bytes`);
  return value.value;
}

/** An exact integer of either sign. */
export function asInteger(machine: PickleMachine, value: PyValue | undefined, what: string): number {
  if (value?.kind !== 'int' || typeof value.value !== 'number') throw machine.fail(`${what} is not a number of sensible size`);
  return value.value;
}

export function asCount(machine: PickleMachine, value: PyValue | undefined, what: string): number {
  const count = asInteger(machine, value, what);
  if (count < 0) throw machine.fail(`${what} is negative`);
  return count;
}

export function asBool(machine: PickleMachine, value: PyValue | undefined, what: string): boolean {
  if (value?.kind !== 'bool') throw machine.fail(`${what} is not True or False`);
  return value.value;
}

export function asTuple(machine: PickleMachine, value: PyValue | undefined, what: string): readonly PyValue[] {
  if (value?.kind !== 'tuple' && value?.kind !== 'size') throw machine.fail(`${what} is not a tuple`);
  return value.items;
}

export function asCounts(machine: PickleMachine, value: PyValue | undefined, what: string): number[] {
  const items = asTuple(machine, value, what);
  machine.spend(items.length * 8);
  return items.map((item) => asCount(machine, item, what));
}

export function asIntegers(machine: PickleMachine, value: PyValue | undefined, what: string): number[] {
  const items = asTuple(machine, value, what);
  machine.spend(items.length * 8);
  return items.map((item) => asInteger(machine, item, what));
}

export function asDict(machine: PickleMachine, value: PyValue | undefined, what: string): PyDict {
  if (value?.kind !== 'dict' && value?.kind !== 'odict') throw machine.fail(`${what} is not a dict`);
  return value;
}

/** Items of a list, tuple or set, as a copy. */
export function asItems(machine: PickleMachine, value: PyValue | undefined, what: string): PyValue[] {
  switch (value?.kind) {
    case 'list':
    case 'tuple':
    case 'set':
    case 'frozenset':
      machine.spend(value.items.length * 8);
      return [...value.items];
    default:
      throw machine.fail(`${what} is not a list`);
  }
}
