import { readFileSync } from 'node:fs';
import { assert as assertProperty, integer, property, uint8Array } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openArchive, readRecord } from './archive.ts';
import { bytesSource } from './byte-source.ts';
import { assertFiniteTree } from './graph.ts';
import { parsePickle } from './pickle-reader.ts';
import type { ParsedPickle } from './pickle-reader.ts';
import { TorchProblem } from './problem.ts';
import type { PyValue } from './py-value.ts';

/** A pickle from numbers (bytes) and texts (their UTF-8 bytes). */
function pickle(...parts: (number | string)[]): Uint8Array {
  return Buffer.concat(parts.map((part) => (typeof part === 'number' ? Buffer.of(part) : Buffer.from(part, 'utf8'))));
}
function read(...parts: (number | string)[]): ParsedPickle {
  return parsePickle(pickle(0x80, 2, ...parts));
}
function value(...parts: (number | string)[]): PyValue | undefined {
  return read(...parts, '.').root;
}
function problemOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof TorchProblem) return `${error.finding.code}: ${String(error.finding.details['what'])}`;
    throw error;
  }
  return 'none';
}

describe('numbers', () => {
  // Expected values from the opcode descriptions in CPython's Lib/pickletools.py.
  it.each([
    ['BININT1', [0x4b, 255], 255],
    ['BININT2', [0x4d, 0x34, 0x12], 0x1234],
    ['BININT', [0x4a, 0xfe, 0xff, 0xff, 0xff], -2],
    ['LONG1 of no bytes', [0x8a, 0], 0],
    ['LONG1 255', [0x8a, 2, 0xff, 0x00], 255],
    ['LONG1 -256', [0x8a, 2, 0x00, 0xff], -256],
    ['LONG1 2^63', [0x8a, 9, 0, 0, 0, 0, 0, 0, 0, 0x80, 0], 2n ** 63n],
    ['LONG4 -1', [0x8b, 1, 0, 0, 0, 0xff], -1],
  ] as const)('%s', (_, bytes, expected) => expect(value(...bytes)).toEqual({ kind: 'int', value: expected }));

  it('reads BINFLOAT as big-endian', () => {
    expect(value(0x47, 0x3f, 0xf8, 0, 0, 0, 0, 0, 0)).toEqual({ kind: 'float', value: 1.5 });
  });
});

describe('containers', () => {
  it('builds lists, tuples and sets', () => {
    const one = [0x4b, 1];
    const items = [{ kind: 'int', value: 1 }];
    expect(value(']', ...one, 'a')).toEqual({ kind: 'list', items });
    expect(value(']', '(', ...one, 'e')).toEqual({ kind: 'list', items });
    expect(value('(', ...one, 'l')).toEqual({ kind: 'list', items });
    expect(value(...one, 0x85)).toEqual({ kind: 'tuple', items });
    expect(value('(', ...one, 't')).toEqual({ kind: 'tuple', items });
    expect(value(0x8f, '(', ...one, 0x90)).toEqual({ kind: 'set', items });
    expect(value('(', ...one, 0x91)).toEqual({ kind: 'frozenset', items });
  });

  it('lets the last of two equal keys win, at the place of the first', () => {
    const dict = value('}', '(', 0x4b, 1, 'N', 0x4b, 2, 'N', 0x88, 0x89, 'u');
    expect(dict).toMatchObject({
      kind: 'dict',
      entries: [
        [{ kind: 'int', value: 1 }, { kind: 'bool', value: false }],
        [{ kind: 'int', value: 2 }, { kind: 'none' }],
      ],
    });
  });

  it('keeps one object in two places one object', () => {
    const pair = value(']', 'q', 0, 'h', 0, 0x86);
    const [first, second] = pair?.kind === 'tuple' ? pair.items : [];
    expect(first).toBe(second);
  });

  it('drops a value or a mark with POP and doubles with DUP', () => {
    expect(value('N', '(', '0')).toEqual({ kind: 'none' });
    expect(value(0x88, 'N', '0')).toEqual({ kind: 'bool', value: true });
    expect(value('N', '2', 0x86)).toEqual({ kind: 'tuple', items: [{ kind: 'none' }, { kind: 'none' }] });
  });
});

describe('damage', () => {
  it.each([
    ['nothing at all', [], 'the stream ends'],
    ['no STOP', [0x80, 2, 'N'], 'the stream ends'],
    ['STOP on an empty stack', [0x80, 2, '.'], 'stack underflow'],
    ['an unknown opcode', [0x80, 2, 0xff], 'unknown opcode 0xff'],
    ['protocol 6', [0x80, 6, 'N.'], 'protocol 6'],
    ['a text longer than the stream', [0x80, 2, 'X', 0xff, 0xff, 0xff, 0x7f], 'the stream ends'],
    ['an impossible length', [0x80, 4, 0x8d, 0, 0, 0, 0, 0, 0, 0, 0xff], 'a length is impossible'],
    ['a text that is no UTF-8', [0x80, 2, 'X', 1, 0, 0, 0, 0xff, '.'], 'a text is not UTF-8'],
    ['an unset memo slot', [0x80, 2, 'h', 3, '.'], 'memo slot 3 is not set'],
    ['a tuple without a mark', [0x80, 2, 't.'], 'no mark'],
    ['a key without a value', [0x80, 2, '}(Nu.'], 'a key without a value'],
    ['items for a tuple', [0x80, 2, ')Na.'], 'items for something that is no list'],
    ['a call of a number', [0x80, 2, 'K', 1, ')R.'], 'a call of something that is no function'],
    ['a persistent id that is a text', [0x80, 2, 'NQ.'], 'a persistent id is not a tuple'],
    ['a GLOBAL without its second line', [0x80, 2, 'cos\nsys'], 'the stream ends'],
    ['an integer of 64 KB', [0x80, 2, 0x8b, 0, 0, 1, 0], 'an integer of 65536 bytes'],
    ['a class that is called', [0x80, 2, 'cnumpy\nndarray\n)R.'], 'a call of numpy.ndarray'],
    ['an enum value nobody knows', [0x80, 2, 'cmonai.utils.enums\nSpaceKeys\nX', 1, 0, 0, 0, 'X', 0x85, 'R.'], 'monai.utils.enums.SpaceKeys has no value "X"'],
    ['a state for a list', [0x80, 2, ']Nb.'], 'a state for a list'],
  ])('%s', (_, parts, what) => expect(problemOf(() => parsePickle(pickle(...parts)))).toBe(`bad-pickle: ${what}`));

  it('tells bytes behind STOP', () => {
    expect(read('N.', 'abc').trailingBytes).toBe(3);
  });
});

describe('names of code', () => {
  it('become opaque, whatever is done with them', () => {
    const { root, unsafeGlobals } = read('cos\nsystem\nX', 2, 0, 0, 0, 'ls', 0x85, 'R', 'Nb', 'Na', 'NNs', '.');
    expect(root).toEqual({ kind: 'opaque', className: 'os.system' });
    expect(unsafeGlobals).toEqual(['os.system']);
  });

  it('are reported even if the stream breaks off after them', () => {
    expect(read('cos\nsystem\n', 0xff)).toMatchObject({ root: undefined, unsafeGlobals: ['os.system'] });
  });

  it('are translated from Python 2 first', () => {
    expect(read('c__builtin__\neval\n.').unsafeGlobals).toEqual(['builtins.eval']);
    expect(value('c__builtin__\nset\n]', 0x85, 'R')).toEqual({ kind: 'set', items: [] });
  });

  it('cannot hide behind the prototype of an object', () => {
    expect(read('c__proto__\nconstructor\n.').unsafeGlobals).toEqual(['__proto__.constructor']);
    expect(read('cmonai.utils.enums\nconstructor\n.').unsafeGlobals).toEqual(['monai.utils.enums.constructor']);
    expect(read('ctorch\ntoString\n.').unsafeGlobals).toEqual(['torch.toString']);
  });

  it('allow getattr for members of MONAI enums only', () => {
    const getattr = (owner: string, member: string): ParsedPickle =>
      read('c__builtin__\ngetattr\n', owner, 'X', member.length, 0, 0, 0, member, 0x86, 'R.');
    expect(getattr('cmonai.utils.enums\nMetaKeys\n', 'AFFINE')).toMatchObject({
      root: { kind: 'enum', className: 'MetaKeys', name: 'AFFINE', value: 'affine' },
      unsafeGlobals: [],
    });
    expect(getattr('cmonai.utils.enums\nMetaKeys\n', '__class__').unsafeGlobals).toEqual(['builtins.getattr']);
    expect(getattr('cnumpy\nndarray\n', 'AFFINE').unsafeGlobals).toEqual(['builtins.getattr']);
  });
});

/** The limits are large on purpose, so reaching them takes a moment. */
const SLOW = { timeout: 60_000 };

describe('streams that ask for too much', SLOW, () => {
  /** Each list holds the one before it twice: 2^levels values in a few hundred bytes. */
  const laughs = (levels: number): (number | string)[] => [
    ']q',
    0,
    ...Array.from({ length: levels }, (_, i) => [']q', i + 1, '(h', i, 'h', i, 'e']).flat(),
  ];

  it('are refused where the tree would be exponential', () => {
    const small = value(...laughs(10));
    expect(assertFiniteTree(small!)).toEqual([]);
    expect(problemOf(() => assertFiniteTree(value(...laughs(40))!))).toBe('bad-pickle: more than 4000000 values');
  });

  it('are refused where an object contains itself', () => {
    expect(problemOf(() => assertFiniteTree(value(']q', 0, 'h', 0, 'a')!))).toBe('bad-pickle: an object that contains itself');
  });

  it('are refused where the nesting is deep, without recursion', () => {
    const nested = parsePickle(Buffer.concat([pickle(0x80, 2), Buffer.alloc(200_000, ')'), Buffer.alloc(200_000, 0x85), pickle('.')])).root;
    expect(problemOf(() => assertFiniteTree(nested!))).toBe('bad-pickle: more than 100 levels');
  });

  it('are refused where a short stream makes much of one text', () => {
    const text = pickle('X', 0, 0, 0x10, 0, 'a'.repeat(1 << 20), 'q', 0, 'X', 6, 0, 0, 0, 'latin1q', 1, 'c_codecs\nencode\nq', 2);
    const again = Buffer.concat(Array.from({ length: 300 }, () => pickle('h', 2, 'h', 0, 'h', 1, 0x86, 'R')));
    expect(problemOf(() => parsePickle(Buffer.concat([pickle(0x80, 2), text, again, pickle('.')])))).toBe('bad-pickle: the stream unpacks to too much');
  });

  it('are refused after four million opcodes', () => {
    const endless = Buffer.concat([pickle(0x80, 2), Buffer.alloc(4_000_001, 'N')]);
    expect(problemOf(() => parsePickle(endless))).toBe('bad-pickle: more than 4000000 opcodes');
  });
});

describe('whatever the bytes are', SLOW, () => {
  const file = new Uint8Array(readFileSync(new URL('__fixtures__/monai/e2/a/25a1b36d98afed13220851c6a7269d39.pt', import.meta.url)));
  const source = bytesSource(file);
  const original = readRecord(source, openArchive(source).records.get('data.pkl')!);

  /** A value or a problem; anything else that is thrown fails the test. */
  function survives(bytes: Uint8Array): boolean {
    problemOf(() => {
      const { root } = parsePickle(bytes);
      if (root) assertFiniteTree(root);
    });
    return true;
  }

  it('noise ends in a value or a problem', () => {
    assertProperty(property(uint8Array({ maxLength: 64 }), (noise) => survives(Buffer.concat([pickle(0x80, 2), noise]))), { numRuns: 3000 });
  });

  it('a damaged MONAI pickle ends in a value or a problem', () => {
    const damage = property(integer({ min: 0, max: original.length - 1 }), integer({ min: 0, max: 255 }), (at, byte) => {
      const damaged = original.slice();
      damaged[at] = byte;
      return survives(damaged);
    });
    assertProperty(damage, { numRuns: 1000 });
  });
});
