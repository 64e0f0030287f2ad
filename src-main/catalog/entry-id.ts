/** Entry ids are `cacheId * 2^32 + number`: all rows of a cache lie in one range (migrations/0001-initial.ts). */
export const IDS_PER_CACHE = 2 ** 32;

export interface IdRange {
  /** Both inclusive. */
  readonly first: number;
  readonly last: number;
}

export function idsOfCache(cacheId: number): IdRange {
  return { first: cacheId * IDS_PER_CACHE, last: (cacheId + 1) * IDS_PER_CACHE - 1 };
}

/** Neighbouring ids as ranges. */
export function toRanges(ids: readonly number[]): IdRange[] {
  const sorted = [...new Set(ids)].sort((a, b) => a - b);
  const ranges: IdRange[] = [];
  for (const id of sorted) {
    const previous = ranges.at(-1);
    if (previous && previous.last === id - 1) ranges[ranges.length - 1] = { first: previous.first, last: id };
    else ranges.push({ first: id, last: id });
  }
  return ranges;
}
