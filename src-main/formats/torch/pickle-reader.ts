import { LIMITS } from './limits.ts';
import { allowedGlobal, callAllowed, canonicalName, enumByGetattr } from './pickle-globals.ts';
import { asText, asTuple } from './pickle-arguments.ts';
import { PickleMachine } from './pickle-machine.ts';
import { buildArray, buildDtype } from './pickle-numpy.ts';
import { storageFromId, tensorOfType } from './pickle-tensors.ts';
import type { StorageTable } from './pickle-tensors.ts';
import { TorchProblem } from './problem.ts';
import type { PyValue, TensorStorage } from './py-value.ts';
import { FALSE, NONE, TRUE, dict, float, int, list, setItem, text, tuple } from './py-value.ts';

export interface ParsedPickle {
  /** undefined if the stream broke off after naming something unsafe. */
  readonly root: PyValue | undefined;
  readonly protocol: number;
  /** In order of first appearance. */
  readonly storages: readonly TensorStorage[];
  /** Full names of everything outside the allowlist, in order of appearance. */
  readonly unsafeGlobals: readonly string[];
  /** Bytes behind STOP. */
  readonly trailingBytes: number;
}

interface Reading {
  readonly machine: PickleMachine;
  readonly storages: StorageTable;
  readonly unsafe: Set<string>;
}

type Handler = (reading: Reading) => void;

const MAX_PROTOCOL = 5;
const STOP = 0x2e;

/**
 * Reads a pickle (protocols 1 to 5) as plain data. Names are never resolved and nothing is ever
 * called: allowed names have a data form here, every other name becomes an opaque marker and is
 * reported. Opcodes: python/cpython Lib/pickletools.py.
 *
 * @throws TorchProblem `bad-pickle`, unless something unsafe was named before the damage: loading
 *   would run it first, so that is what has to be reported
 */
export function parsePickle(bytes: Uint8Array): ParsedPickle {
  const reading: Reading = { machine: new PickleMachine(bytes), storages: new Map(), unsafe: new Set() };
  let root: PyValue | undefined;
  try {
    root = run(reading);
  } catch (error) {
    if (!(error instanceof TorchProblem) || reading.unsafe.size === 0) throw error;
  }
  return {
    root,
    protocol: reading.machine.protocol,
    storages: [...reading.storages.values()],
    unsafeGlobals: [...reading.unsafe],
    trailingBytes: bytes.length - reading.machine.position,
  };
}

function run(reading: Reading): PyValue {
  const { machine } = reading;
  for (let count = 0; count < LIMITS.opcodes; count++) {
    machine.opcodePosition = machine.position;
    const opcode = machine.u8();
    if (opcode === STOP) return machine.pop();
    const handler = HANDLERS[opcode];
    if (!handler) throw machine.fail(`unknown opcode 0x${opcode.toString(16).padStart(2, '0')}`);
    handler(reading);
  }
  throw machine.fail(`more than ${LIMITS.opcodes} opcodes`);
}

const HANDLERS: Readonly<Partial<Record<number, Handler>>> = {
  0x80: ({ machine }) => protocol(machine),
  0x95: ({ machine }) => void machine.u64(), // FRAME: only a hint for readers of streams

  0x28: ({ machine }) => machine.mark(),
  0x30: ({ machine }) => machine.popOrUnmark(),
  0x31: ({ machine }) => void machine.popMark(), // POP_MARK
  0x32: ({ machine }) => machine.push(machine.top()), // DUP

  0x4e: ({ machine }) => machine.push(NONE),
  0x88: ({ machine }) => machine.push(TRUE),
  0x89: ({ machine }) => machine.push(FALSE),
  0x4b: ({ machine }) => machine.push(int(machine.u8())), // BININT1
  0x4d: ({ machine }) => machine.push(int(machine.u16())), // BININT2
  0x4a: ({ machine }) => machine.push(int(machine.i32())), // BININT
  0x8a: ({ machine }) => long(machine, machine.u8()), // LONG1
  0x8b: ({ machine }) => long(machine, machine.u32()), // LONG4
  0x49: ({ machine }) => decimal(machine, ''), // INT
  0x4c: ({ machine }) => decimal(machine, 'L'), // LONG
  0x47: ({ machine }) => machine.push(float(machine.view.getFloat64(machine.take(8), false))), // BINFLOAT

  0x58: ({ machine }) => machine.push(text(machine.takeText(machine.u32()))), // BINUNICODE
  0x8c: ({ machine }) => machine.push(text(machine.takeText(machine.u8()))), // SHORT_BINUNICODE
  0x8d: ({ machine }) => machine.push(text(machine.takeText(machine.u64()))), // BINUNICODE8
  0x55: ({ machine }) => bytes(machine, machine.u8()), // SHORT_BINSTRING
  0x54: ({ machine }) => bytes(machine, machine.u32()), // BINSTRING
  0x43: ({ machine }) => bytes(machine, machine.u8()), // SHORT_BINBYTES
  0x42: ({ machine }) => bytes(machine, machine.u32()), // BINBYTES
  0x8e: ({ machine }) => bytes(machine, machine.u64()), // BINBYTES8
  0x96: ({ machine }) => bytes(machine, machine.u64(), 'bytearray'), // BYTEARRAY8

  0x29: ({ machine }) => machine.push(tuple([])), // EMPTY_TUPLE
  0x85: ({ machine }) => machine.push(tuple(machine.popMany(1))),
  0x86: ({ machine }) => machine.push(tuple(machine.popMany(2))),
  0x87: ({ machine }) => machine.push(tuple(machine.popMany(3))),
  0x74: ({ machine }) => machine.push(tuple(machine.popMark())), // TUPLE
  0x5d: ({ machine }) => machine.push(list([])), // EMPTY_LIST
  0x6c: ({ machine }) => machine.push(list(machine.popMark())), // LIST
  0x61: ({ machine }) => append(machine, machine.popMany(1)), // APPEND
  0x65: ({ machine }) => append(machine, machine.popMark()), // APPENDS
  0x7d: ({ machine }) => machine.push(dict()), // EMPTY_DICT
  0x64: ({ machine }) => {
    const items = machine.popMark(); // DICT
    machine.push(dict());
    setItems(machine, items);
  },
  0x73: ({ machine }) => setItems(machine, machine.popMany(2)), // SETITEM
  0x75: ({ machine }) => setItems(machine, machine.popMark()), // SETITEMS
  0x8f: ({ machine }) => machine.push({ kind: 'set', items: [] }), // EMPTY_SET
  0x90: ({ machine }) => append(machine, machine.popMark()), // ADDITEMS
  0x91: ({ machine }) => machine.push({ kind: 'frozenset', items: machine.popMark() }), // FROZENSET

  0x71: ({ machine }) => machine.remember(machine.u8()), // BINPUT
  0x72: ({ machine }) => machine.remember(machine.u32()), // LONG_BINPUT
  0x94: ({ machine }) => machine.remember(machine.memo.size), // MEMOIZE
  0x68: ({ machine }) => machine.push(machine.recall(machine.u8())), // BINGET
  0x6a: ({ machine }) => machine.push(machine.recall(machine.u32())), // LONG_BINGET

  0x63: (reading) => pushGlobal(reading, reading.machine.takeLine(), reading.machine.takeLine()), // GLOBAL
  0x93: (reading) => stackGlobal(reading),
  0x52: (reading) => reduce(reading, reading.machine.popMany(2)), // REDUCE
  0x81: (reading) => reduce(reading, reading.machine.popMany(2)), // NEWOBJ
  0x92: (reading) => reduce(reading, reading.machine.popMany(3).slice(0, 2)), // NEWOBJ_EX
  0x62: (reading) => build(reading), // BUILD
  0x51: (reading) => persistentId(reading), // BINPERSID
};

function protocol(machine: PickleMachine): void {
  machine.protocol = machine.u8();
  if (machine.protocol > MAX_PROTOCOL) throw machine.fail(`protocol ${machine.protocol}`);
}

/** Two's complement, little-endian. */
function long(machine: PickleMachine, length: number): void {
  if (length > LIMITS.integerBytes) throw machine.fail(`an integer of ${length} bytes`);
  const raw = machine.takeBytes(length);
  if (length === 0) return machine.push(int(0));
  const magnitude = BigInt(`0x${Buffer.from(raw.toReversed()).toString('hex')}`);
  machine.push(int(BigInt.asIntN(length * 8, magnitude)));
}

/** Integers and booleans of protocol 1: a decimal text to the end of the line. */
function decimal(machine: PickleMachine, suffix: '' | 'L'): void {
  const line = machine.takeLine();
  if (suffix === '' && (line === '00' || line === '01')) return machine.push(line === '01' ? TRUE : FALSE);
  const digits = line.endsWith('L') && suffix === 'L' ? line.slice(0, -1) : line;
  // 3 digits take more than a byte.
  if (digits.length > 3 * LIMITS.integerBytes) throw machine.fail(`an integer of ${digits.length} digits`);
  if (!/^-?\d+$/.test(digits)) throw machine.fail('an integer is not a number');
  machine.push(int(BigInt(digits)));
}

function bytes(machine: PickleMachine, length: number, kind: 'bytes' | 'bytearray' = 'bytes'): void {
  machine.push({ kind, value: machine.takeBytes(length) });
}

function append(machine: PickleMachine, items: readonly PyValue[]): void {
  const target = machine.top();
  if (target.kind === 'opaque') return;
  if (target.kind !== 'list' && target.kind !== 'set') throw machine.fail('items for something that is no list');
  for (const item of items) target.items.push(item);
}

function setItems(machine: PickleMachine, items: readonly PyValue[]): void {
  const target = machine.top();
  if (items.length % 2 !== 0) throw machine.fail('a key without a value');
  if (target.kind === 'opaque') return;
  if (target.kind !== 'dict' && target.kind !== 'odict') throw machine.fail('items for something that is no dict');
  for (let i = 0; i < items.length; i += 2) {
    const [key, value] = [items[i], items[i + 1]];
    if (key && value) setItem(target, key, value);
  }
}

function pushGlobal(reading: Reading, module: string, name: string): void {
  if (module.length + name.length > LIMITS.nameLength) throw reading.machine.fail('a name of more than 512 characters');
  const fullName = canonicalName(module, name);
  const allowed = allowedGlobal(fullName);
  if (!allowed && reading.unsafe.size < LIMITS.unsafeNames) reading.unsafe.add(fullName);
  reading.machine.push(allowed ?? { kind: 'opaque', className: fullName });
}

function stackGlobal(reading: Reading): void {
  const [module, name] = reading.machine.popMany(2);
  pushGlobal(reading, asText(reading.machine, module, 'a module name'), asText(reading.machine, name, 'a name'));
}

/** Once something unsafe was named, later calls may lack what they need; they become opaque too. */
function reduce(reading: Reading, [callable, argument]: readonly PyValue[]): void {
  const { machine, unsafe } = reading;
  if (callable?.kind === 'opaque') return machine.push(callable);
  if (callable?.kind !== 'global') throw machine.fail('a call of something that is no function');
  try {
    machine.push(call(reading, callable.name, asTuple(machine, argument, 'the arguments of a call')));
  } catch (error) {
    if (!(error instanceof TorchProblem) || unsafe.size === 0) throw error;
    machine.push({ kind: 'opaque', className: callable.name });
  }
}

function call(reading: Reading, name: string, args: readonly PyValue[]): PyValue {
  const { machine, unsafe } = reading;
  if (name === 'builtins.getattr') {
    const member = enumByGetattr(args);
    if (!member) unsafe.add(name);
    return member ?? { kind: 'opaque', className: name };
  }
  if (name === 'torch._tensor._rebuild_from_type_v2') return rebuildFromType(reading, args);
  const result = callAllowed(machine, name, args);
  if (!result) throw machine.fail(`a call of ${name}`);
  return result;
}

function rebuildFromType({ machine }: Reading, [inner, type, args, state]: readonly PyValue[]): PyValue {
  if (inner?.kind !== 'global') throw machine.fail('a tensor rebuilt by something that is no function');
  const tensor = callAllowed(machine, inner.name, asTuple(machine, args, 'the arguments of a call'));
  if (!tensor) throw machine.fail(`a call of ${inner.name}`);
  return tensorOfType(machine, tensor, type, state);
}

function build({ machine }: Reading): void {
  const state = machine.pop();
  const target = machine.top();
  switch (target.kind) {
    case 'ndarray':
      return buildArray(machine, target, state);
    case 'numpy-dtype':
      return buildDtype(machine, target, state);
    case 'opaque':
    case 'odict':
    case 'dict':
    case 'tensor':
      return; // attributes without a meaning here
    default:
      throw machine.fail(`a state for a ${target.kind}`);
  }
}

function persistentId({ machine, storages }: Reading): void {
  machine.push(storageFromId(machine, machine.pop(), storages));
}
