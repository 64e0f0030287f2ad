import type { CacheSummary, StorageShare } from '../../../src-main/contract/commands.ts';
import type { ClearChoices } from '../../../src-main/contract/storage.ts';
import { ageName } from '../cache/storage-tables.ts';

export const GROUPINGS = ['cache', 'parameters', 'split', 'age', 'state'] as const;
export type Grouping = (typeof GROUPINGS)[number];

/** The shares of one cache. */
export interface CacheShares {
  readonly cache: CacheSummary;
  readonly shares: readonly StorageShare[];
}

/** Entries with a file that have one thing in common. */
export interface Group {
  readonly id: string;
  readonly name: string;
  readonly entries: number;
  readonly bytes: number;
  /** What `clear` would be asked, once for each cache: exactly these, or with an age these and all older ones. Empty where it cannot pick them. */
  readonly choices: readonly ClearChoices[];
  /** What that clears, in words. */
  readonly clearName: string;
}

interface Key {
  readonly id: string;
  readonly name: string;
  /** Null where `clear` has no such filter. */
  readonly choice: Omit<ClearChoices, 'cacheId'> | null;
  readonly clearName?: string;
  readonly rank: number;
}

const DAY_MS = 86_400_000;
/** Where each age begins, by where it ends. */
const AGE_BEGINS: ReadonlyMap<number | null, number> = new Map([
  [7, 1],
  [30, 7],
  [90, 30],
  [365, 90],
  [null, 365],
]);

/** `Spacing 0.75 × 0.75 × 1.5 mm · …`; caches with the same belong together wherever they lie. */
export function parametersName({ parameters, kind }: CacheSummary): string {
  return parameters.length === 0 ? `${kind}, parameters not known` : parameters.map((line) => line.value).join(' · ');
}

function keyOf(grouping: Grouping, cache: CacheSummary, share: StorageShare): Key {
  switch (grouping) {
    case 'cache':
      return { id: String(cache.id), name: cache.label, choice: {}, rank: 0 };
    case 'parameters': {
      const name = parametersName(cache);
      return { id: name, name, choice: {}, rank: 0 };
    }
    case 'split':
      return { id: share.split ?? '', name: share.split ?? 'no split', choice: share.split === null ? null : { split: share.split }, rank: 0 };
    case 'age': {
      // `--older` has no lower bound: clearing an age clears what is older too, and says so.
      const begins = AGE_BEGINS.get(share.maxAgeDays);
      const choice = begins === undefined ? null : { olderThanMs: begins * DAY_MS };
      return { id: String(share.maxAgeDays), name: ageName(share.maxAgeDays), choice, rank: share.maxAgeDays ?? Number.MAX_VALUE, ...(begins === undefined ? {} : { clearName: `all older than ${begins === 1 ? 'a day' : `${begins} days`}` }) };
    }
    case 'state':
      return { id: share.state, name: share.state, choice: { states: [share.state] }, rank: 0 };
  }
}

/** The same bytes, grouped; ages in order, the rest by size. Every grouping has the same sums. */
export function groupShares(all: readonly CacheShares[], grouping: Grouping): readonly Group[] {
  const groups = new Map<string, { key: Key; entries: number; bytes: number; cacheIds: Set<number> }>();
  for (const { cache, shares } of all) {
    for (const share of shares) {
      if (share.bytes === 0) continue;
      const key = keyOf(grouping, cache, share);
      const group = groups.get(key.id) ?? { key, entries: 0, bytes: 0, cacheIds: new Set() };
      group.entries += share.entries;
      group.bytes += share.bytes;
      group.cacheIds.add(cache.id);
      groups.set(key.id, group);
    }
  }
  const sorted = Array.from(groups.values()).sort((a, b) => a.key.rank - b.key.rank || b.bytes - a.bytes);
  return sorted.map(({ key, entries, bytes, cacheIds }, index) => {
    const picked = grouping === 'age' ? new Set(sorted.slice(index).flatMap((group) => Array.from(group.cacheIds))) : cacheIds;
    return { id: key.id, name: key.name, entries, bytes, clearName: key.clearName ?? key.name, choices: key.choice === null ? [] : Array.from(picked, (cacheId) => ({ cacheId, ...key.choice })) };
  });
}
