import type { Draw } from '../draw.ts';

/** Numbers at which lengths and counts go wrong. */
const EDGES = [0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff, 2 ** 53, 2 ** 63, 2 ** 64 - 1];
const LENGTH_MAX = 256 * 1024;

type Mutation = (input: Buffer, draw: Draw, other: Buffer, words: readonly Buffer[]) => Buffer;

function splice(input: Buffer, at: number, removed: number, inserted: Uint8Array): Buffer {
  return Buffer.concat([input.subarray(0, at), inserted, input.subarray(at + removed)]);
}

function edge(draw: Draw): Buffer {
  const bytes = Buffer.alloc(8);
  const value = draw.oneOf(EDGES);
  if (draw.chance(0.5)) bytes.writeBigUInt64LE(BigInt(value) & 0xffffffffffffffffn);
  else bytes.writeBigUInt64BE(BigInt(value) & 0xffffffffffffffffn);
  return bytes.subarray(0, draw.oneOf([1, 2, 4, 8]));
}

const MUTATIONS: readonly Mutation[] = [
  (input, draw) => {
    const changed = Buffer.from(input);
    if (changed.length > 0) changed[draw.below(changed.length)]! ^= 1 << draw.below(8);
    return changed;
  },
  (input, draw) => splice(input, draw.below(input.length + 1), 1, draw.bytes(1)),
  (input, draw) => {
    const number = edge(draw);
    return splice(input, draw.below(input.length + 1), number.length, number);
  },
  (input, draw) => splice(input, draw.below(input.length + 1), draw.below(64), Buffer.alloc(0)),
  (input, draw) => {
    const from = draw.below(input.length + 1);
    return splice(input, draw.below(input.length + 1), 0, input.subarray(from, from + draw.below(256)));
  },
  (input, draw, other) => Buffer.concat([input.subarray(0, draw.below(input.length + 1)), other.subarray(draw.below(other.length + 1))]),
  (input, draw) => input.subarray(0, draw.below(input.length + 1)),
  (input, draw, _other, words) => (words.length === 0 ? input : splice(input, draw.below(input.length + 1), 0, draw.oneOf(words))),
  (input, draw, _other, words) => {
    if (words.length === 0) return input;
    const word = draw.oneOf(words);
    return splice(input, draw.below(input.length + 1), word.length, word);
  },
];

/** One to eight changes of a file, each of a kind that parsers get wrong. */
export function mutate(input: Buffer, other: Buffer, words: readonly Buffer[], draw: Draw): Buffer {
  let changed = input;
  for (let n = 1 << draw.below(4); n > 0; n--) changed = draw.oneOf(MUTATIONS)(changed, draw, other, words);
  return changed.length > LENGTH_MAX ? changed.subarray(0, LENGTH_MAX) : changed;
}

/** Bits and numbers changed where they are: everything stays in its place, so that tables behind them are still met. */
export function mutateInPlace(input: Buffer, draw: Draw): Buffer {
  const changed = Buffer.from(input);
  for (let n = 1 << draw.below(6); n > 0; n--) {
    if (draw.chance(0.5)) changed[draw.below(changed.length)]! ^= 1 << draw.below(8);
    else edge(draw).copy(changed, draw.below(changed.length));
  }
  return changed;
}
