import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { ByteSource } from './byte-source.ts';
import { viewOf } from './byte-source.ts';
import type { Container } from './container.ts';
import { layOutContainer } from './container.ts';
import { recordOrder } from './layout.ts';
import { writePickle } from './pickle-writer.ts';
import type { Tensor } from './py-value.ts';
import { record } from './py-value.ts';
import { serializationId } from './serialization-id.ts';
import { verifyTorchFile } from './verify.ts';

const GIB = 2 ** 30;

describe('layOutContainer', () => {
  it('starts every content at a multiple of the alignment', () => {
    for (const alignment of [64, 4096]) {
      const records = [1, 0, 63, 1000].map((size, i) => ({ name: `data/${i}`, size, crc: 7 }));
      const { dataOffsets } = layOutContainer('prefix', records, alignment);
      expect(dataOffsets.map((offset) => offset % alignment)).toEqual([0, 0, 0, 0]);
    }
  });

  it('gives empty records no descriptor and no descriptor flag', () => {
    const { heads, tail } = layOutContainer('p', [{ name: 'data/0', size: 0, crc: 0 }], 64);
    expect(viewOf(heads[0]!).getUint16(6, true)).toBe(0x0800);
    expect(viewOf(tail).getUint32(0, true)).toBe(0x02014b50);
  });

  // Sizes and offsets from 2^32 − 1 on do not fit: PKWARE APPNOTE 4.5.3 and 4.4.8.
  it('writes zip64 fields where a size or an offset needs them', () => {
    const records = [
      { name: 'data/0', size: 5 * GIB, crc: 1 },
      { name: 'data/1', size: 8, crc: 2 },
      { name: 'data/2', size: 0, crc: 0 },
    ];
    const { heads, tail, tailOffset, dataOffsets, size } = layOutContainer('p', records, 64);
    const first = viewOf(heads[0]!);
    // 30 header bytes and 8 of the name, then id 1, length 16, both sizes.
    expect([first.getUint16(38, true), first.getUint16(40, true)]).toEqual([1, 16]);
    expect([first.getBigUint64(42, true), first.getBigUint64(50, true)]).toEqual([BigInt(5 * GIB), BigInt(5 * GIB)]);
    const second = viewOf(heads[1]!);
    // The descriptor of the first has 24 bytes; the second's field holds its offset only.
    expect([second.getUint32(0, true), second.getBigUint64(8, true)]).toEqual([0x08074b50, BigInt(5 * GIB)]);
    const headerOffset = dataOffsets[0]! + 5 * GIB + 24;
    expect([second.getUint16(24 + 38, true), second.getUint16(24 + 40, true)]).toEqual([1, 8]);
    expect(second.getBigUint64(24 + 42, true)).toBe(BigInt(headerOffset));
    const directory = viewOf(tail);
    // First entry: saturated sizes, zip64 field of 20 bytes, offset 0.
    expect([directory.getUint32(20, true), directory.getUint32(24, true), directory.getUint16(30, true), directory.getUint32(42, true)]).toEqual([
      0xffffffff, 0xffffffff, 20, 0,
    ]);
    expect(size).toBe(tailOffset + tail.length);
    // The end record saturates its offset; the zip64 end record has it in full.
    expect(directory.getUint32(tail.length - 6, true)).toBe(0xffffffff);
    expect(directory.getBigUint64(tail.length - 98 + 48, true)).toBe(BigInt(tailOffset));
  });

  it('saturates the count of more than 65535 records in the end record only', () => {
    const records = Array.from({ length: 70_000 }, (_, i) => ({ name: `data/${i}`, size: 0, crc: 0 }));
    const { tail } = layOutContainer('p', records, 64);
    const view = viewOf(tail);
    expect(view.getUint16(tail.length - 22 + 10, true)).toBe(0xffff);
    expect(view.getBigUint64(tail.length - 98 + 32, true)).toBe(70_000n);
  });
});

/** A file of gigabytes whose contents are all zero, except the small ones given. */
function sparseSource(container: Container, contents: readonly Uint8Array[]): ByteSource {
  const pieces = [
    ...container.heads.map((head, i) => [container.dataOffsets[i]! - head.length, head] as const),
    ...contents.map((content, i) => [container.dataOffsets[i]!, content] as const),
    [container.tailOffset, container.tail] as const,
  ];
  return {
    size: container.size,
    read(offset, length) {
      const bytes = new Uint8Array(length);
      for (const [start, piece] of pieces) {
        const from = Math.max(0, offset - start);
        const part = piece.subarray(Math.min(from, piece.length), Math.max(0, Math.min(piece.length, offset + length - start)));
        if (part.length > 0) bytes.set(part, start + from - offset);
      }
      return bytes;
    },
  };
}

describe('archives beyond 4 GiB', () => {
  it('are read through their zip64 fields', () => {
    const tensor: Tensor = {
      kind: 'tensor',
      className: 'Tensor',
      dtype: 'uint8',
      shape: [5 * GIB],
      stride: [1],
      storageOffset: 0,
      storage: { kind: 'storage', key: '', dtype: 'uint8', count: 5 * GIB, byteLength: 5 * GIB, location: 'cpu' },
      requiresGrad: false,
      isConjugate: false,
      isNegative: false,
      state: undefined,
    };
    const pickle = writePickle(record({ image: tensor })).bytes;
    const version = Buffer.from('3\n');
    const records = [
      { name: 'data.pkl', size: pickle.length, crc: crc32(pickle) },
      { name: 'data/0', size: 5 * GIB, crc: 1 },
      { name: 'version', size: 2, crc: crc32(version) },
    ];
    const source = sparseSource(layOutContainer('p', records, 64), [pickle, new Uint8Array(0), version]);
    const report = verifyTorchFile(source, { level: 'quick' });
    expect(report).toMatchObject({ ok: true, error: undefined, warnings: [], layout: '1.13' });
    expect(report.image?.shape).toEqual([5 * GIB]);
  });
});

describe('serializationId', () => {
  // First halves as PyTorch 2.13 (layout 2.7) and PyTorch's C++ writer (layout 2.1) give them; the
  // second half of records without content is 0.
  it.each([
    ['2.7', 0, '02908468677762923104'],
    ['2.7', 1, '15728199511854643026'],
    ['2.7', 2, '05611085236196705294'],
    ['2.7', 4, '10778627297998541625'],
    ['2.1', 0, '06364577379464010513'],
    ['2.1', 1, '05768588573859962782'],
    ['2.1', 2, '13263068698938530805'],
    ['2.1', 4, '05663519504418194197'],
  ] as const)('layout %s with %i storages', (layout, count, expected) => {
    const records = recordOrder(layout, count).slice(0, -1).map((name) => ({ name, size: 0, crc: 0 }));
    expect(serializationId(records)).toBe(expected + '0'.repeat(20));
  });

  it('mixes the CRCs of records with content', () => {
    // mix(0, 1) = 1 + 0x9e3779b9
    expect(serializationId([{ name: 'data.pkl', size: 1, crc: 1 }]).slice(20)).toBe(String(1 + 0x9e3779b9).padStart(20, '0'));
  });
});
