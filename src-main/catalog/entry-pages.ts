import { runInTurns } from '../base/index.ts';
import type { ReadHandle } from './database.ts';
import { groupStorage } from './entry-counts.ts';
import type { EntryReader, FindingGroup, FindingReader, SizedError } from './catalog.ts';
import type { EntryViews } from './entry-view.ts';
import { DEFAULT_LIMIT, MAX_LIMIT, assertWindow, readSlots } from './entry-reads.ts';
import type { EntryFilter, EntryOrder, EntryPage, EntryQuery, StateCounts, StorageGroup } from './entry.ts';

/** Counts, and the revision of the cache they were made of. */
export interface CountedStates {
  readonly counts: StateCounts;
  readonly revision: number;
}

/**
 * What screens ask about the entries of a cache and what was found in them, however many there are. Nothing here keeps other work of this process waiting
 * for longer than some milliseconds.
 *
 * @throws CANCELLED; ARGUMENT_INVALID for an unknown cache
 */
export interface EntryPages {
  /** One window of a filtered, sorted list, with the length of the whole list. */
  page(query: EntryQuery, signal?: AbortSignal): Promise<EntryPage>;
  /** Where an entry stands in a filtered, sorted list, from 0; `undefined` if it is not in it. */
  offsetOf(query: EntryFilter & EntryOrder, key: string, signal?: AbortSignal): Promise<number | undefined>;
  counts(cacheId: number, signal?: AbortSignal): Promise<CountedStates>;
  /** Entries and bytes by state, split, required or not, and age of the file. */
  storage(cacheId: number, nowMs: number, signal?: AbortSignal): Promise<readonly StorageGroup[]>;
  /** Errors first, then by number. */
  findingGroups(cacheId: number): Promise<readonly FindingGroup[]>;
  /** Errors in the order they were found, from behind this id on; at most 2,000. */
  errors(cacheId: number, after: number): Promise<readonly SizedError[]>;
  close(): void;
}

/** Rows from the start of a list within which no order of all of them is needed. */
const FIRST_ROWS = 400;

/** So long after the last answer the page has drawn it, and what is done for later no longer takes a core from that. */
const REST_MS = 300;

/** Answered where it is asked, in turns with other work. */
export function entryPages(db: ReadHandle, views: EntryViews, reader: EntryReader, findings: FindingReader): EntryPages {
  let waiting = 0;
  let answeredMs = 0;
  const waitedFor = async <T>(work: () => Promise<T>): Promise<T> => {
    waiting++;
    try {
      return await work();
    } finally {
      waiting--;
      answeredMs = performance.now();
    }
  };
  /** Whoever scrolls on, or comes back, finds the list ready. */
  const prepareBehind = (query: EntryQuery): void => void views.prepareBehind(query, FIRST_ROWS, () => waiting > 0 || performance.now() - answeredMs < REST_MS).catch(() => undefined);
  return {
    page: (query, signal) =>
      waitedFor(async () => {
        const { offset = 0, limit = DEFAULT_LIMIT } = query;
        assertWindow(offset, limit);
        const wanted = offset + Math.min(limit, MAX_LIMIT);
        await views.load(query.cacheId, signal);
        const first = wanted > FIRST_ROWS ? undefined : await firstRows(db, views, query, { offset, wanted }, signal);
        if (first !== undefined) {
          prepareBehind(query);
          return first;
        }
        await views.prepare(query, signal);
        return reader.list(query);
      }),
    offsetOf: (query, key, signal) =>
      waitedFor(async () => {
        await views.prepare(query, signal);
        return reader.offsetOf(query, key);
      }),
    async counts(cacheId, signal) {
      await views.load(cacheId, signal);
      return db.snapshot(() => {
        const view = views.get(cacheId);
        return { counts: view.counts(), revision: view.columns.revision };
      });
    },
    async storage(cacheId, nowMs, signal) {
      await views.load(cacheId, signal);
      return db.snapshot(() => groupStorage(db, views.get(cacheId).columns, nowMs));
    },
    findingGroups: (cacheId) => Promise.resolve(findings.groups(cacheId)),
    errors: (cacheId, after) => Promise.resolve(findings.errors(cacheId, after)),
    close: () => undefined,
  };
}

/** The first rows of a list whose order is not known yet; undefined where they cost no less than the list. */
async function firstRows(db: ReadHandle, views: EntryViews, query: EntryQuery, { offset, wanted }: { readonly offset: number; readonly wanted: number }, signal?: AbortSignal): Promise<EntryPage | undefined> {
  const view = views.get(query.cacheId);
  const { changes } = view;
  const first = await runInTurns(view.first(query, query, wanted), signal);
  if (first === undefined) return undefined;
  return db.snapshot(() => {
    if (views.get(query.cacheId) !== view || view.changes !== changes) return undefined;
    return { entries: readSlots(db, view, [...first.slots.subarray(offset, wanted)]), total: first.total };
  });
}
