import { expect, it } from 'vitest';
import type { ArchiveRecord } from './archive.ts';
import { bytesSource } from './byte-source.ts';
import { itemSizeOf } from './dtypes.ts';
import { gatherPlane } from './gather-plane.ts';
import { gatherElements } from './image-scan.ts';
import type { TorchDtype } from './dtypes.ts';

/** Three axes of 40, 90 and 110 elements: more than a storage that is read whole, whatever the type. */
const SIZES = [40, 90, 110] as const;
const STRIDES = [9_900, 110, 1] as const;

function fileOf(dtype: TorchDtype, dataOffset: number): { readonly storage: Uint8Array; readonly record: ArchiveRecord; readonly source: ReturnType<typeof bytesSource> } {
  const size = SIZES[0] * SIZES[1] * SIZES[2] * itemSizeOf(dtype) * 4;
  const file = new Uint8Array(dataOffset + size);
  for (let i = 0; i < file.length; i++) file[i] = (i * 31 + (i >> 8)) & 0xff;
  const record = { name: 'data/0', dataOffset, size, storedSize: size, isDeflated: false } as ArchiveRecord;
  return { storage: file.subarray(dataOffset), record, source: bytesSource(file) };
}

const AXES = [[0, 1], [1, 0], [0, 2], [2, 0], [1, 2], [2, 1]] as const;

it.each([['float32', 64], ['float32', 65], ['float16', 64], ['uint8', 64], ['float64', 128]] as const)('cuts planes of %s at %d as from the whole storage', (dtype, dataOffset) => {
  const { storage, record, source } = fileOf(dtype, dataOffset);
  for (const [row, column] of AXES) {
    for (const steps of [1, 0]) {
      const plane = { dtype, shape: [SIZES[row], SIZES[column]], stride: [STRIDES[row], STRIDES[column] * steps], storageOffset: 3 * STRIDES[3 - row - column]! };
      expect(gatherPlane(source, record, plane), `${row} ${column} ${steps}`).toEqual(gatherElements(plane, storage));
    }
  }
});

it('leaves to others what is no plane, packed, small, or longer than its storage', () => {
  const { record, source } = fileOf('float32', 64);
  const plane = { dtype: 'float32' as const, shape: [40, 90], stride: [9_900, 110], storageOffset: 0 };
  expect(gatherPlane(source, record, plane)).toBeInstanceOf(Uint8Array);
  expect(gatherPlane(source, record, { ...plane, shape: [40, 90, 1], stride: [9_900, 110, 1] })).toBeUndefined();
  expect(gatherPlane(source, { ...record, isDeflated: true }, plane)).toBeUndefined();
  expect(gatherPlane(source, { ...record, size: 1_000 }, plane)).toBeUndefined();
  expect(gatherPlane(source, record, { ...plane, storageOffset: record.size / 4 - 5 })).toBeUndefined();
  expect(gatherPlane(source, record, { ...plane, shape: [0, 90] })).toBeUndefined();
});
