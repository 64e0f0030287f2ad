import { readFileSync } from 'node:fs';
import { deflateRawSync } from 'node:zlib';
import { array, assert as assertProperty, integer, property, tuple as tupleOf } from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ByteSource } from './byte-source.ts';
import { bytesSource, viewOf } from './byte-source.ts';
import type { TorchDtype } from './dtypes.ts';
import { itemSizeOf } from './dtypes.ts';
import { encodeContainer, encodeTorchFile } from './encode.ts';
import { contiguousStride } from './graph.ts';
import type { Tensor } from './py-value.ts';
import { record } from './py-value.ts';
import { verifyTorchFile } from './verify.ts';
import type { TorchReport } from './verify.ts';

function tensorOf(dtype: TorchDtype, shape: readonly number[], data: Uint8Array, view: Partial<Tensor> = {}): Tensor {
  const count = data.length / itemSizeOf(dtype);
  return {
    kind: 'tensor',
    className: 'Tensor',
    dtype,
    shape,
    stride: contiguousStride(shape),
    storageOffset: 0,
    storage: { kind: 'storage', key: '', dtype, count, byteLength: data.length, location: 'cpu', data },
    requiresGrad: false,
    isConjugate: false,
    isNegative: false,
    state: undefined,
    ...view,
  };
}
function fileOf(image: Tensor): Buffer {
  return Buffer.concat(encodeTorchFile(record({ image }), { prefix: 'p' }).chunks);
}
function floats(...values: number[]): Uint8Array {
  return new Uint8Array(Float32Array.from(values).buffer);
}
function verify(bytes: Uint8Array, level: 'quick' | 'deep' = 'deep'): TorchReport {
  return verifyTorchFile(bytesSource(bytes), { level });
}

/** Counts how often each byte of a range is read. */
function watched(bytes: Uint8Array, from: number, length: number): { source: ByteSource; reads: number; largest: number } {
  const seen = { reads: 0, largest: 0 };
  const inner = bytesSource(bytes);
  const source: ByteSource = {
    size: inner.size,
    read(offset, count) {
      seen.reads += Math.max(0, Math.min(offset + count, from + length) - Math.max(offset, from));
      seen.largest = Math.max(seen.largest, count);
      return inner.read(offset, count);
    },
  };
  return Object.assign(seen, { source });
}

describe('a large tensor', () => {
  const data = new Uint8Array(3 * 2 ** 20 + 400);
  const bytes = fileOf(tensorOf('float32', [data.length / 4], data));
  const stored = verify(bytes).records.find(({ name }) => name === 'data/0')!;
  // The kind of the file is told by its first 512 bytes; its directory is searched in the last 64 KiB.
  const middle = { from: stored.offset + 512, length: data.length - 2 ** 17 };

  it('is read once, in pieces of at most 1 MiB, by a deep check', () => {
    const reading = watched(bytes, middle.from, middle.length);
    expect(verifyTorchFile(reading.source, { level: 'deep' }).ok).toBe(true);
    expect(reading.reads).toBe(middle.length);
    expect(reading.largest).toBeLessThanOrEqual(2 ** 20);
  });

  it('is not read by a quick check', () => {
    const reading = watched(bytes, middle.from, middle.length);
    const report = verifyTorchFile(reading.source, { level: 'quick' });
    expect(report).toMatchObject({ ok: true, warnings: [], statistics: undefined });
    expect(reading.reads).toBe(0);
  });

  it('can hide a flipped bit from a quick check, not from a deep one', () => {
    const damaged = Buffer.from(bytes);
    damaged[stored.offset + 2 ** 20]! ^= 1;
    expect(verify(damaged, 'quick').ok).toBe(true);
    expect(verify(damaged).error).toMatchObject({ code: 'crc-mismatch', details: { record: 'data/0' } });
  });
});

describe('statistics of the image', () => {
  it('cover every dtype a volume can have', () => {
    const wide = (values: number[]): Uint8Array => new Uint8Array(Float64Array.from(values).buffer);
    const half = (values: number[]): Uint8Array => new Uint8Array(Uint16Array.from(values).buffer);
    expect(verify(fileOf(tensorOf('float32', [1, 3], floats(1, 2, 6)))).statistics).toEqual({ min: 1, max: 6, mean: 3, nonFiniteCount: 0, count: 3 });
    expect(verify(fileOf(tensorOf('float64', [3], wide([1, 2, 6])))).statistics).toMatchObject({ min: 1, max: 6, mean: 3 });
    expect(verify(fileOf(tensorOf('float16', [2], half([0x3c00, 0x4200])))).statistics).toMatchObject({ min: 1, max: 3, mean: 2 });
    expect(verify(fileOf(tensorOf('bfloat16', [2], half([0x3f80, 0x4040])))).statistics).toMatchObject({ min: 1, max: 3, mean: 2 });
    expect(verify(fileOf(tensorOf('uint8', [2], Uint8Array.of(1, 3)))).statistics).toBeUndefined();
  });

  it('do not depend on the memory order', () => {
    const image = tensorOf('float32', [3, 2], floats(1, 2, 3, 4, 5, Number.NaN), { stride: [1, 3] });
    expect(verify(fileOf(image)).statistics).toEqual({ min: 1, max: 5, mean: 3, nonFiniteCount: 1, count: 6 });
  });

  it('leave out what the view leaves out, and count what it repeats', () => {
    const data = floats(100, 1, 2, 3, 4, 100);
    const part = tensorOf('float32', [2, 2], data, { storageOffset: 1 });
    expect(verify(fileOf(part)).statistics).toEqual({ min: 1, max: 4, mean: 2.5, nonFiniteCount: 0, count: 4 });
    const repeated = tensorOf('float32', [3, 2], data, { storageOffset: 3, stride: [0, 1] });
    expect(verify(fileOf(repeated)).statistics).toEqual({ min: 3, max: 4, mean: 3.5, nonFiniteCount: 0, count: 6 });
  });

  it('are left out where a stride of 0 claims terabytes', () => {
    const report = verify(fileOf(tensorOf('float32', [2 ** 20, 2 ** 20], floats(1), { stride: [0, 0] })));
    expect(report).toMatchObject({ ok: true, statistics: undefined });
  });

  it('come with a histogram if asked', () => {
    const report = verifyTorchFile(bytesSource(fileOf(tensorOf('float32', [4], floats(0, 0.1, 0.9, 2)))), {
      level: 'deep',
      histogram: { bins: 2, min: 0, max: 1 },
    });
    expect(report.histogram).toEqual({ bins: 2, min: 0, max: 1, counts: [2, 1], below: 0, above: 1 });
  });
});

describe('views', () => {
  it.each([
    ['beyond the end', { shape: [3], stride: [1], storageOffset: 2 }],
    ['with a stride beyond the end', { shape: [2, 2], stride: [4, 1] }],
    ['with a negative stride', { shape: [2], stride: [-1], storageOffset: 1 }],
  ])('%s are refused', (_, view) => {
    expect(verify(fileOf(tensorOf('float32', [4], floats(1, 2, 3, 4), view))).error?.code).toBe('bad-view');
  });

  it('of nothing may lie anywhere', () => {
    expect(verify(fileOf(tensorOf('float32', [0, 5], floats(1), { storageOffset: 9 }))).ok).toBe(true);
  });
});

describe('hostile archives', { timeout: 60_000 }, () => {
  const contents = new Map<string, Uint8Array>([
    ['data.pkl', Buffer.from('\x80\x02N.', 'latin1')],
    ['data/0', new Uint8Array(4096)],
    ['data/1', new Uint8Array(4096)],
    ['version', Buffer.from('3\n')],
  ]);
  const archiveOf = (records: ReadonlyMap<string, Uint8Array>): Buffer => Buffer.concat(encodeContainer('p', [...records.keys()], records).chunks);

  /** Position of a record's entry in the central directory. */
  function centralEntry(bytes: Buffer, name: string): number {
    return bytes.lastIndexOf(`p/${name}`) - 46;
  }

  it('whose records overlap are refused before anything is read', () => {
    const bytes = archiveOf(new Map([...contents, ['data/1', new Uint8Array(0)]]));
    const target = centralEntry(bytes, 'data/0');
    const copy = centralEntry(bytes, 'data/1');
    bytes.copy(bytes, copy + 16, target + 16, target + 28);
    bytes.copy(bytes, copy + 42, target + 42, target + 46);
    expect(verify(bytes).error).toMatchObject({ code: 'bad-directory', details: { what: 'overlapping records' } });
  });

  it('that claim to unpack to gigabytes are refused before anything is allocated', () => {
    const bytes = archiveOf(contents);
    const entry = centralEntry(bytes, 'data/0');
    bytes.writeUInt16LE(8, entry + 10);
    bytes.writeUInt32LE(0x7fffffff, entry + 24);
    expect(verify(bytes).error?.code).toBe('bad-directory');
  });

  it('whose deflated record is longer than it says stop at the said size', () => {
    const packed = deflateRawSync(new Uint8Array(100_000));
    const bytes = archiveOf(new Map([...contents, ['data/0', packed]]));
    const entry = centralEntry(bytes, 'data/0');
    bytes.writeUInt16LE(8, entry + 10);
    bytes.writeUInt32LE(50_000, entry + 24);
    expect(verify(bytes).error).toMatchObject({ code: 'crc-mismatch', details: { record: 'data/0' } });
    bytes.writeUInt32LE(100_000, entry + 24);
    expect(verify(bytes).error).toMatchObject({ code: 'crc-mismatch', details: { record: 'data/0' } });
  });

  it.each([
    ['entries', 24],
    ['directory bytes', 40],
  ])('that claim 2^40 %s are refused', (_, field) => {
    const bytes = archiveOf(contents);
    const end = bytes.length - 98;
    bytes.writeBigUInt64LE(2n ** 40n, end + field);
    if (field === 24) bytes.writeBigUInt64LE(2n ** 40n, end + 32);
    expect(verify(bytes).error?.code).toBe('bad-directory');
  });

  it('whose alignment is huge are not laid out', () => {
    const { error, warnings } = verify(archiveOf(new Map([...contents, ['.storage_alignment', Buffer.from('4294967296')]])));
    expect(error).toBeUndefined();
    expect(warnings.map(({ code }) => code)).toContain('non-canonical');
  });

  it.each([
    ['version', '', 'bad-version'],
    ['version', '3\n3', 'bad-version'],
    ['version', 'x'.repeat(10_000), 'bad-version'],
    ['byteorder', 'LITTLE', 'bad-byteorder'],
    ['byteorder', 'x'.repeat(10_000), 'bad-byteorder'],
    ['.storage_alignment', 'wide', 'bad-version'],
    ['.data/serialization_id', '\xff', 'bad-version'],
  ])('with %s %j', (name, content, code) => {
    expect(verify(archiveOf(new Map([...contents, [name, Buffer.from(content, 'latin1')]]))).error?.code).toBe(code);
  });

  it('never throw, whatever bytes were changed', () => {
    const original = new Uint8Array(readFileSync(new URL('__fixtures__/monai/e3/a/25a1b36d98afed13220851c6a7269d39.pt', import.meta.url)));
    const change = tupleOf(integer({ min: 0, max: original.length - 1 }), integer({ min: 0, max: 255 }));
    const survives = property(array(change, { minLength: 1, maxLength: 8 }), (changes) => {
      const damaged = original.slice();
      for (const [at, byte] of changes) damaged[at] = byte;
      const { ok, warnings } = verify(damaged);
      return !ok || warnings.length > 0 || Buffer.compare(damaged, original) === 0;
    });
    assertProperty(survives, { numRuns: 1000 });
  });

  it('never throw, whatever is in a record', () => {
    const original = new Uint8Array(readFileSync(new URL('__fixtures__/plain/e2/monai_plain.pt', import.meta.url)));
    const report = verify(original);
    const records = new Map(report.records.map(({ name, offset, size }) => [name, original.subarray(offset, offset + size)] as const));
    const pickle = records.get('data.pkl')!;
    const change = tupleOf(integer({ min: 0, max: pickle.length - 1 }), integer({ min: 0, max: 255 }));
    assertProperty(
      property(array(change, { minLength: 1, maxLength: 4 }), (changes) => {
        const damaged = pickle.slice();
        for (const [at, byte] of changes) damaged[at] = byte;
        const bytes = Buffer.concat(encodeContainer('p', [...records.keys()], new Map([...records, ['data.pkl', damaged]])).chunks);
        return verify(bytes).size === bytes.length;
      }),
      { numRuns: 1000 },
    );
  });
});

describe('kinds of files', () => {
  it('are told apart by their first bytes', () => {
    const kindOf = (bytes: Uint8Array): string | undefined => verify(bytes).error?.code;
    expect(kindOf(Buffer.from('PYTORCH1 and more'))).toBe('preview-format');
    expect(kindOf(new Uint8Array(3 * 2 ** 20))).toBe('zero-filled');
    const late = new Uint8Array(3 * 2 ** 20);
    late[late.length - 1] = 1;
    expect(kindOf(late)).toBe('not-a-zip');
    const tar = new Uint8Array(1024);
    tar.set(Buffer.from('ustar'), 257);
    tar[0] = 1;
    expect(kindOf(tar)).toBe('tar-format');
    const tensors = new Uint8Array(64);
    viewOf(tensors).setUint32(0, 56, true);
    tensors[8] = 0x7b;
    expect(kindOf(tensors)).toBe('safetensors');
    expect(verify(Buffer.from('\x89HDF\r\n', 'latin1')).error?.details).toEqual({ kind: 'hdf5' });
    expect(verify(Buffer.from('PK\x05\x06' + '\0'.repeat(18), 'latin1')).error?.details).toEqual({ kind: 'empty-zip' });
    expect(verify(Buffer.from('\n  <HTML>')).error?.details).toEqual({ kind: 'html' });
  });
});
