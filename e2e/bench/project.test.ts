import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { contiguousStride, encodeTorchFile, record, verifyTorchFile, bytesSource } from '../../src-main/formats/torch/index.ts';
import { copyCache, makeBenchProject, onlyCacheOf, withKey } from './project.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'larder-bench-test-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

function entry(key: string): Buffer {
  const data = new Uint8Array(Float32Array.of(-1, 0, 0.5, 1).buffer);
  const storage = { kind: 'storage' as const, key: '', dtype: 'float32' as const, count: 4, byteLength: 16, location: 'cpu', data };
  const shape = [1, 1, 2, 2];
  const image = { kind: 'tensor' as const, className: 'Tensor' as const, dtype: 'float32' as const, shape, stride: contiguousStride(shape), storageOffset: 0, storage, requiresGrad: false, isConjugate: false, isNegative: false, state: undefined };
  return Buffer.concat(encodeTorchFile(record({ image }), { prefix: key }).chunks);
}

const [A, B] = ['a'.repeat(32), 'b'.repeat(32)] as const;

describe('copies of entries', () => {
  it('are what would have been written under the other key', () => {
    expect(withKey(entry(A), A, B).equals(entry(B))).toBe(true);
  });

  it('fill a cache of any size, each sound under a name of its own', async () => {
    const source = join(folder, 'source');
    const target = join(folder, 'target');
    await mkdir(source);
    await writeFile(join(source, 'cache_params.json'), '{}');
    await writeFile(join(source, `${A}.pt`), entry(A));
    await writeFile(join(source, `${B}.pt`), entry(B));
    const bytes = await copyCache(source, target, 5);
    const files = (await readdir(target)).filter((file) => file.endsWith('.pt'));
    expect(files).toHaveLength(5);
    expect(bytes).toBe(5 * entry(A).length);
    for (const file of files) {
      const report = verifyTorchFile(bytesSource(await readFile(join(target, file))), { level: 'deep' });
      expect(report.error).toBeUndefined();
      expect(`${report.prefix}.pt`).toBe(file);
    }
  });
});

describe('makeBenchProject', () => {
  it('makes the same bytes every time and keeps what is there', async () => {
    const said: string[] = [];
    const options = { volumes: 2, sizes: [8, 8, 4] as const };
    const first = await makeBenchProject(folder, options, (line) => said.push(line));
    const bytes = await Promise.all(first.volumes.map(({ path }) => readFile(path)));
    expect(bytes[0]!.equals(bytes[1]!)).toBe(false);
    expect(first.rawBytes).toBe(bytes[0]!.length + bytes[1]!.length);
    await rm(first.volumes[0]!.path);
    const again = await makeBenchProject(folder, options, (line) => said.push(line));
    expect((await readFile(again.volumes[0]!.path)).equals(bytes[0]!)).toBe(true);
    expect(said).toEqual(['Making 2 volumes of 8x8x4 …', 'Making 1 volume of 8x8x4 …']);
  });

  it('has no cache at first', async () => {
    await expect(onlyCacheOf(folder)).rejects.toThrow('0 caches');
  });
});
