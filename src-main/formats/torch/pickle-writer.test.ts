import { describe, expect, it } from 'vitest';
import { writePickle } from './pickle-writer.ts';
import { parsePickle } from './pickle-reader.ts';
import type { PyValue, Tensor } from './py-value.ts';
import { FALSE, NONE, TRUE, dict, float, int, list, record, text, tuple } from './py-value.ts';

function hexOf(value: PyValue): string {
  return Buffer.from(writePickle(value).bytes).toString('hex');
}
/** Bytes between PROTO 2 and STOP. */
function bodyOf(value: PyValue): string {
  return hexOf(value).replace(/^8002/, '').replace(/2e$/, '');
}
function hex(...parts: (number | string)[]): string {
  return Buffer.concat(parts.map((part) => (typeof part === 'number' ? Buffer.of(part) : Buffer.from(part, 'utf8')))).toString('hex');
}

const floats: Tensor = {
  kind: 'tensor',
  className: 'Tensor',
  dtype: 'float32',
  shape: [2, 3],
  stride: [3, 1],
  storageOffset: 0,
  storage: { kind: 'storage', key: '', dtype: 'float32', count: 6, byteLength: 24, location: 'cpu', data: new Uint8Array(24) },
  requiresGrad: false,
  isConjugate: false,
  isNegative: false,
  state: undefined,
};

describe('writePickle', () => {
  it('writes {"image": float32[2, 3]} as torch.save does, opcode by opcode', () => {
    const expected = [
      [0x80, 2, '}q', 0, 'X', 5, 0, 0, 0, 'imageq', 1],
      ['ctorch._utils\n_rebuild_tensor_v2\nq', 2, '((X', 7, 0, 0, 0, 'storageq', 3],
      ['ctorch\nFloatStorage\nq', 4, 'X', 1, 0, 0, 0, '0q', 5, 'X', 3, 0, 0, 0, 'cpuq', 6, 'K', 6, 'tq', 7, 'Q'],
      ['K', 0, 'K', 2, 'K', 3, 0x86, 'q', 8, 'K', 3, 'K', 1, 0x86, 'q', 9, 0x89],
      ['ccollections\nOrderedDict\nq', 10, ')Rq', 11, 'tq', 12, 'Rq', 13, 's.'],
    ].map((line) => hex(...line)).join('');
    expect(expected).toHaveLength(2 * 170);
    expect(hexOf(record({ image: floats }))).toBe(expected);
  });

  // By hand from CPython's Modules/_pickle.c, save_long and save_float.
  it.each([
    [0, '4b00'],
    [255, '4bff'],
    [256, '4d0001'],
    [65535, '4dffff'],
    [65536, '4a00000100'],
    [-1, '4affffffff'],
    [2147483647, '4affffff7f'],
    [2147483648, '8a050000008000'],
    [-2147483649, '8a05ffffff7fff'],
    [-549755813888, '8a050000000080'],
    [2n ** 63n, '8a09000000000000008000'],
  ])('integer %s', (value, expected) => expect(bodyOf(int(value))).toBe(expected));

  it('writes constants and floats', () => {
    expect(bodyOf(tuple([NONE, TRUE, FALSE]))).toBe('4e8889877100');
    expect(bodyOf(float(Number.NaN))).toBe('477ff8000000000000');
    expect(bodyOf(float(1.5))).toBe('473ff8000000000000');
    expect(bodyOf(tuple([]))).toBe('29');
  });

  it('writes equal texts once and refers back to nodes met before', () => {
    const shared = list([]);
    expect(bodyOf(list([text('a'), text('a'), shared, shared]))).toBe(hex(']q', 0, '(X', 1, 0, 0, 0, 'aq', 1, 'h', 1, ']q', 2, 'h', 2, 'e'));
  });

  it('writes bytes as latin1 text; only those of length 0 and 1 are one object', () => {
    const once = hex('c_codecs\nencode\nq', 1, 'X', 3, 0, 0, 0, 'a', 0xc3, 0xbf, 'q', 2, 'X', 6, 0, 0, 0, 'latin1q', 3, 0x86, 'q', 4, 'Rq', 5);
    const again = hex('h', 1, 'X', 3, 0, 0, 0, 'a', 0xc3, 0xbf, 'q', 6, 'h', 3, 0x86, 'q', 7, 'Rq', 8);
    const two = (): PyValue => ({ kind: 'bytes', value: Uint8Array.of(0x61, 0xff) });
    expect(bodyOf(list([two(), two()]))).toBe(hex(']q', 0, '(') + once + again + hex('e'));
    const empty = (): PyValue => ({ kind: 'bytes', value: new Uint8Array(0) });
    expect(bodyOf(list([empty(), empty()]))).toBe(hex(']q', 0, '(c__builtin__\nbytes\nq', 1, ')Rq', 2, 'h', 2, 'e'));
  });

  it('cuts long lists and dicts into batches of 1000', () => {
    const items = Array.from({ length: 1001 }, () => NONE);
    expect(bodyOf(list(items))).toBe(hex(']q', 0, '(', 'N'.repeat(1000), 'e(Ne'));
    const entries = Array.from({ length: 2001 }, (_, i) => [int(i), NONE] as const);
    const encoded = entries.map((_, i) => (i < 256 ? hex('K', i, 'N') : hex('M', i & 0xff, i >> 8, 'N')));
    const batch = (from: number): string => hex('(') + encoded.slice(from, from + 1000).join('') + hex('u');
    expect(bodyOf(dict(entries))).toBe(hex('}q', 0) + batch(0) + batch(1000) + batch(2000));
  });

  it('changes to long memo opcodes at slot 256', () => {
    const items = Array.from({ length: 300 }, (_, i) => text(`t${i}`));
    const body = bodyOf(list([...items, text('t299')]));
    expect(body.endsWith(hex('r', 44, 1, 0, 0, 'j', 44, 1, 0, 0, 'e'))).toBe(true);
  });

  it('gives storages keys in the order they are met, and views of one storage one key', () => {
    const other: Tensor = { ...floats, storage: { ...floats.storage } };
    const view: Tensor = { ...floats, shape: [6], stride: [1] };
    const { storages, bytes } = writePickle(list([other, floats, view]));
    expect(storages).toEqual([other.storage, floats.storage]);
    expect(parsePickle(bytes).storages.map(({ key }) => key)).toEqual(['0', '1']);
  });

  it.each<[string, PyValue]>([
    ['sets', { kind: 'set', items: [] }],
    ['parameters', { ...floats, className: 'Parameter' }],
    ['conjugates', { ...floats, isConjugate: true }],
    ['tensors whose storage has another dtype', { ...floats, dtype: 'int32' }],
    ['opaque markers', { kind: 'opaque', className: 'os.system' }],
  ])('refuses %s', (_, value) => expect(() => writePickle(value)).toThrow(TypeError));
});
