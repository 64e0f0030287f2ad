import type { StorageShare } from '../../../src-main/contract/commands.ts';
import { ENTRY_STATES } from '../../../src-main/contract/entries.ts';

export interface StorageRow {
  readonly name: string;
  readonly entries: number;
  readonly bytes: number;
}

function sumBy(shares: readonly StorageShare[], nameOf: (share: StorageShare) => string): Map<string, StorageRow> {
  const rows = new Map<string, StorageRow>();
  for (const share of shares) {
    const name = nameOf(share);
    const before = rows.get(name);
    rows.set(name, { name, entries: (before?.entries ?? 0) + share.entries, bytes: (before?.bytes ?? 0) + share.bytes });
  }
  return rows;
}

/** `the last day`, `older, or not known`. */
export function ageName(maxAgeDays: number | null): string {
  if (maxAgeDays === null) return 'older';
  if (maxAgeDays === 1) return 'up to a day';
  return maxAgeDays === 365 ? 'up to a year' : `up to ${maxAgeDays} days`;
}

/** The same bytes three ways. Entries without a file take no space and are left out, but for the states. */
export function storageTables(shares: readonly StorageShare[]): { readonly byState: readonly StorageRow[]; readonly bySplit: readonly StorageRow[]; readonly byAge: readonly StorageRow[] } {
  const filled = shares.filter((share) => share.bytes > 0);
  const states = sumBy(shares, (share) => share.state);
  const ages = [...filled].sort((a, b) => (a.maxAgeDays ?? Infinity) - (b.maxAgeDays ?? Infinity));
  return {
    byState: ENTRY_STATES.flatMap((state) => states.get(state) ?? []),
    bySplit: Array.from(sumBy(filled, (share) => share.split ?? 'no split').values()).sort((a, b) => b.bytes - a.bytes),
    byAge: Array.from(sumBy(ages, (share) => ageName(share.maxAgeDays)).values()),
  };
}
