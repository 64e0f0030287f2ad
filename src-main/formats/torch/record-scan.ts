import { crc32 } from 'node:zlib';
import type { ArchiveRecord } from './archive.ts';
import { readRecord } from './archive.ts';
import type { ByteSource } from './byte-source.ts';
import { SCAN_BYTES } from './float32-summary.ts';

/**
 * A multiple of every item size, and small enough that a chunk is still in the second-level cache
 * (1 MiB on recent servers) when its values are looked at after its CRC.
 */
const CHUNK_BYTES = SCAN_BYTES;

/**
 * Reads the content of a record once, in order.
 *
 * @param onChunk gets each piece while it is hot; it must not keep it
 * @returns CRC-32 of the content
 * @throws TorchProblem `crc-mismatch` if a deflated record cannot be unpacked
 */
export function scanRecord(source: ByteSource, record: ArchiveRecord, onChunk?: (chunk: Uint8Array) => void): number {
  let crc = 0;
  const take = (chunk: Uint8Array): void => {
    crc = crc32(chunk, crc);
    onChunk?.(chunk);
  };
  if (record.isDeflated) {
    const content = readRecord(source, record);
    for (let at = 0; at < content.length; at += CHUNK_BYTES) take(content.subarray(at, at + CHUNK_BYTES));
  } else {
    for (let at = 0; at < record.size; at += CHUNK_BYTES) {
      take(source.read(record.dataOffset + at, Math.min(CHUNK_BYTES, record.size - at)));
    }
  }
  return crc;
}
