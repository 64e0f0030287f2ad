import { open, rm, stat, truncate } from 'node:fs/promises';
import { basename } from 'node:path';
import type { FindingCode } from '../../src-main/contract/findings.ts';

export interface PlantedFault {
  readonly path: string;
  /** What verifying must call it. */
  readonly code: FindingCode;
  readonly sentence: string;
}

/** Inverts the lowest bit of the byte in the middle, which lies in the voxels: torch.load does not notice. */
export async function flipBit(path: string): Promise<PlantedFault> {
  const file = await open(path, 'r+');
  try {
    const at = (await file.stat()).size >> 1;
    const byte = Buffer.alloc(1);
    await file.read(byte, 0, 1, at);
    byte[0]! ^= 1;
    await file.write(byte, 0, 1, at);
    return { path, code: 'crc-mismatch', sentence: `one bit of ${basename(path)} flipped, at byte ${at}` };
  } finally {
    await file.close();
  }
}

/** Cuts a file to two thirds, as a full disk or a killed copy leaves it. */
export async function truncateEntry(path: string): Promise<PlantedFault> {
  const { size } = await stat(path);
  const left = Math.floor((size * 2) / 3);
  await truncate(path, left);
  return { path, code: 'truncated', sentence: `${basename(path)} cut to ${left} of ${size} bytes` };
}

export async function deleteEntry(path: string): Promise<PlantedFault> {
  await rm(path);
  return { path, code: 'missing', sentence: `${basename(path)} deleted` };
}
