import { rm, stat, truncate } from 'node:fs/promises';
import { basename } from 'node:path';
import type { FindingCode } from '../../src-main/contract/findings.ts';
import { flipBit as flipBitOf } from '../../src-main/store/index.ts';

export interface PlantedFault {
  readonly path: string;
  /** What verifying must call it. */
  readonly code: FindingCode;
  readonly sentence: string;
}

/** One bit in the voxels is another: torch.load does not notice. */
export async function flipBit(path: string): Promise<PlantedFault> {
  const at = await flipBitOf(path);
  return { path, code: 'crc-mismatch', sentence: `one bit of ${basename(path)} flipped, at byte ${at}` };
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
