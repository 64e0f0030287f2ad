import type { BlockedItem, Plan, PlanSummary } from '../../contract/plan.ts';
import { BLOCKED_SHOWN } from '../../contract/plan.ts';
import { LarderError } from '../../base/index.ts';

/** A plan of a million items as a few hundred bytes. */
export function summarizePlan({ items, blocked, ...plan }: Plan): PlanSummary {
  const count = (reason: BlockedItem['reason']): number => blocked.filter((item) => item.reason === reason).length;
  return {
    ...plan,
    toMake: items.length,
    local: items.filter((item) => item.origin === 'local').length,
    blocked: {
      count: blocked.length,
      byReason: { 'not-on-hub': count('not-on-hub'), 'no-source': count('no-source'), 'no-path': count('no-path') },
      first: blocked.slice(0, BLOCKED_SHOWN),
    },
  };
}

const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(2)} GB`;

/** @throws DISK_WOULD_NOT_FIT with the numbers */
export function assertFits({ disk, directory }: Pick<Plan, 'disk' | 'directory'>): void {
  if (disk.fits) return;
  const { peakBytes, reserveBytes, freeBytes, endBytes } = disk;
  throw new LarderError('DISK_WOULD_NOT_FIT', `The disk would not hold it: ${gigabytes(peakBytes)} are needed at peak (${gigabytes(endBytes)} stay) and ${gigabytes(reserveBytes)} kept free, but only ${gigabytes(freeBytes)} are free at ${directory}.`, {
    hint: `Free ${gigabytes(peakBytes + reserveBytes - freeBytes)}, make fewer at a time, or lower the batch size.`,
    details: { ...disk },
  });
}
