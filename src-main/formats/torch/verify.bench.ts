/**
 * Speed of the deep check: `node src-main/formats/torch/verify.bench.ts [file.pt …]`.
 * Without files, entries of 1×128×256×256 are made and checked from memory and from a temporary file.
 */
import { closeSync, fstatSync, mkdtempSync, openSync, readSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { bytesSource, contiguousStride, encodeTorchFile, itemSizeOf, record, verifyTorchFile } from './index.ts';
import type { ByteSource, TorchDtype } from './index.ts';

const SHAPE = [1, 128, 256, 256];
const ROUNDS = 9;

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Median of some rounds, in ms; the first rounds warm up the compiler and the page cache. */
function medianMs(work: () => void): number {
  const times = Array.from({ length: ROUNDS }, () => {
    const startedAt = performance.now();
    work();
    return performance.now() - startedAt;
  });
  return times.slice(2).toSorted((a, b) => a - b)[Math.floor((ROUNDS - 2) / 2)] ?? NaN;
}

function measure(what: string, bytes: number, work: () => void): void {
  const ms = medianMs(work);
  print(`${what.padEnd(36)} ${ms.toFixed(1).padStart(7)} ms ${(bytes / 1e3 / ms).toFixed(0).padStart(6)} MB/s`);
}

function makeEntry(dtype: TorchDtype): Uint8Array {
  const count = SHAPE.reduce((product, size) => product * size, 1);
  const data = new Uint8Array(count * itemSizeOf(dtype));
  const view = new DataView(data.buffer);
  const isHalf = itemSizeOf(dtype) === 2;
  for (let i = 0; i < count; i++) {
    // A third of the voxels is background, as in a CT scan; the others differ.
    const value = i % 3 === 0 ? -1 : Math.sin(i * 0.37);
    if (isHalf) view.setUint16(2 * i, (value < 0 ? 0x8000 : 0) | (Math.abs(value) * 0x3c00), true);
    else if (dtype === 'float64') view.setFloat64(8 * i, value, true);
    else view.setFloat32(4 * i, value, true);
  }
  const storage = { kind: 'storage' as const, key: '', dtype, count, byteLength: data.length, location: 'cpu', data };
  const tensor = {
    kind: 'tensor' as const,
    className: 'Tensor' as const,
    dtype,
    shape: SHAPE,
    stride: contiguousStride(SHAPE),
    storageOffset: 0,
    storage,
    requiresGrad: false,
    isConjugate: false,
    isNegative: false,
    state: undefined,
  };
  return Buffer.concat(encodeTorchFile(record({ image: tensor }), { prefix: 'bench' }).chunks);
}

/** Reused buffer and synchronous reads, as the engine's workers do it. */
function withFile(path: string, work: (source: ByteSource) => void): void {
  const descriptor = openSync(path, 'r');
  const buffer = new Uint8Array(1 << 20);
  const source: ByteSource = {
    size: fstatSync(descriptor).size,
    read(offset, length) {
      const target = length <= buffer.length ? buffer.subarray(0, length) : new Uint8Array(length);
      for (let filled = 0; filled < length; ) {
        const count = readSync(descriptor, target, filled, length - filled, offset + filled);
        if (count === 0) throw new Error(`${path} ends early.`);
        filled += count;
      }
      return target;
    },
  };
  try {
    work(source);
  } finally {
    closeSync(descriptor);
  }
}

function check(source: ByteSource, histogram = false): void {
  const options = histogram ? { histogram: { bins: 256, min: -1, max: 1 } } : {};
  const { error } = verifyTorchFile(source, { level: 'deep', ...options });
  if (error) throw new Error(error.message);
}

function benchDtype(dtype: TorchDtype, directory: string): void {
  const bytes = makeEntry(dtype);
  const path = join(directory, `${dtype}.pt`);
  writeFileSync(path, bytes);
  print(`${dtype}, ${(bytes.length / 1e6).toFixed(1)} MB`);
  measure('  CRC-32 alone, from memory', bytes.length, () => crc32(bytes));
  measure('  deep, from memory', bytes.length, () => check(bytesSource(bytes)));
  measure('  deep, from the page cache', bytes.length, () => withFile(path, check));
  measure('  deep with histogram, page cache', bytes.length, () => withFile(path, (source) => check(source, true)));
  measure('  quick, from the page cache', bytes.length, () => withFile(path, (source) => verifyTorchFile(source, { level: 'quick' })));
}

const files = process.argv.slice(2);
for (const file of files) withFile(file, (source) => measure(file, source.size, () => check(source)));
if (files.length === 0) {
  const directory = mkdtempSync(join(tmpdir(), 'larder-bench-'));
  try {
    for (const dtype of ['float32', 'float16', 'bfloat16', 'float64'] as const) benchDtype(dtype, directory);
  } finally {
    rmSync(directory, { recursive: true });
  }
}
