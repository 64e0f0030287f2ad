import type { ArchiveRecord, TorchArchive } from './archive.ts';
import type { ByteSource } from './byte-source.ts';
import { DEFAULT_ALIGNMENT, MAX_ALIGNMENT, layOutContainer } from './container.ts';
import type { TorchLayout } from './layout.ts';
import { isStorageRecord, recordOrder } from './layout.ts';

/**
 * Compares everything outside the record contents with what PyTorch would have written around them.
 * The contents themselves are not read again.
 *
 * @param crcOf CRC-32 as the file should carry it
 * @returns offset of the first byte that differs, 0 where the records are not those of the layout;
 *   undefined if the archive is exactly PyTorch's
 */
export function findNonCanonicalByte(
  source: ByteSource,
  archive: TorchArchive,
  layout: TorchLayout,
  alignment: number,
  crcOf: (record: ArchiveRecord) => number,
): number | undefined {
  const records = inWriteOrder(archive, layout);
  if (!records || alignment < 1 || alignment > MAX_ALIGNMENT) return 0;
  const plan = layOutContainer(
    archive.rawPrefix,
    records.map((record) => ({ name: record.name, size: record.size, crc: crcOf(record) })),
    alignment,
  );
  for (const [i, record] of records.entries()) {
    const dataOffset = plan.dataOffsets[i] ?? 0;
    const head = plan.heads[i] ?? new Uint8Array(0);
    const difference = firstDifference(source, dataOffset - head.length, head);
    if (difference !== undefined) return difference;
    if (record.dataOffset !== dataOffset || record.isDeflated) return dataOffset;
  }
  return firstDifference(source, plan.tailOffset, plan.tail) ?? (archive.archiveEnd === plan.size ? undefined : plan.size);
}

/** undefined if the archive does not hold exactly the records of its layout. */
function inWriteOrder(archive: TorchArchive, layout: TorchLayout): ArchiveRecord[] | undefined {
  const storageCount = [...archive.records.keys()].filter(isStorageRecord).length;
  const names = recordOrder(layout, storageCount);
  const records = names.map((name) => archive.records.get(name)).filter((record) => record !== undefined);
  return records.length === names.length && archive.records.size === names.length ? records : undefined;
}

function firstDifference(source: ByteSource, offset: number, expected: Uint8Array): number | undefined {
  const length = Math.min(expected.length, Math.max(0, source.size - offset));
  const actual = source.read(Math.min(offset, source.size), length);
  if (length === expected.length && Buffer.compare(actual, expected) === 0) return undefined;
  const at = actual.findIndex((byte, i) => byte !== expected[i]);
  return offset + (at < 0 ? length : at);
}

/** Alignment by `.storage_alignment`; 0 if that record is no number. */
export function alignmentOf(content: Uint8Array | undefined): number {
  if (content === undefined) return DEFAULT_ALIGNMENT;
  const digits = Buffer.from(content).toString('latin1');
  return /^\d{1,5}$/.test(digits) ? Number(digits) : 0;
}
