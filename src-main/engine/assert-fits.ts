import type { Plan } from '../contract/plan.ts';
import { LarderError } from '../base/index.ts';

/** Decimal megabytes below ten gigabytes, else gigabytes: two disks of any size can be told apart. */
export function size(bytes: number): string {
  return bytes < 1e10 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}

/** @throws DISK_WOULD_NOT_FIT with the numbers */
export function assertFits({ disk, directory }: Pick<Plan, 'disk' | 'directory'>): void {
  if (disk.fits) return;
  const { peakBytes, reserveBytes, freeBytes, endBytes } = disk;
  throw new LarderError('DISK_WOULD_NOT_FIT', `The disk would not hold it: ${size(peakBytes)} are needed at peak (${size(endBytes)} stay) and ${size(reserveBytes)} kept free, but only ${size(freeBytes)} are free at ${directory}.`, {
    hint: `Free ${size(peakBytes + reserveBytes - freeBytes)}, make fewer at a time (--limit N), or lower --batch-size.`,
    details: { ...disk },
  });
}
