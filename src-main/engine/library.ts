import type { CacheSummary } from '../contract/commands.ts';
import type { ParameterLine } from '../contract/plan.ts';
import type { Cache, Catalog, StateCounts } from '../catalog/index.ts';
import type { DiskWatch } from './disk-watch.ts';
import type { Sample } from './sample.ts';

/** Every known cache, with what is in it. */
export class Library {
  readonly #catalog: Catalog;
  readonly #diskWatch: DiskWatch;
  readonly #sample: Pick<Sample, 'holds'>;
  readonly #isBeside: boolean;
  /** As they were when they were last counted beside other work: of a cache that is being made, a moment ago. */
  readonly #counted = new Map<number, StateCounts>();

  /** @param isBeside whether a thread counts, so that doing it here is for an emergency */
  constructor(catalog: Catalog, diskWatch: DiskWatch, sample: Pick<Sample, 'holds'>, isBeside: boolean) {
    this.#sample = sample;
    this.#isBeside = isBeside;
    this.#catalog = catalog;
    this.#diskWatch = diskWatch;
  }

  /** Last opened first; from the catalog alone. */
  list(): readonly CacheSummary[] {
    return this.#catalog.caches.list().map((cache) => this.#summary(cache));
  }

  /** Counts what `list` shows, beside other work; without it, the first call waits for all of it. @returns undefined if nothing has to be counted */
  load(): Promise<void> | undefined {
    const { caches, entries } = this.#catalog;
    const uncounted = caches.list().filter(({ id }) => entries.savedCounts(id) === null);
    if (uncounted.length === 0) return undefined;
    return (async () => {
      for (const { id } of uncounted) await this.counts(id);
    })();
  }

  /** Of one cache as it is now. */
  async counts(cacheId: number): Promise<StateCounts> {
    const { entries, pages } = this.#catalog;
    const saved = entries.savedCounts(cacheId);
    if (saved !== null) return saved;
    const counted = await pages.counts(cacheId);
    if (this.#isBeside) this.#counted.set(cacheId, counted.counts);
    entries.keepCounts(cacheId, counted);
    return counted.counts;
  }

  #summary(cache: Cache): CacheSummary {
    const { entries } = this.#catalog;
    const counts = entries.savedCounts(cache.id) ?? this.#counted.get(cache.id) ?? entries.stateCounts(cache.id);
    const { configPath } = cache;
    const hasLeft = configPath !== null && this.#diskWatch.hasLeft(configPath, cache.directory);
    const unreadableConfig = (configPath === null ? undefined : this.#diskWatch.unreadableConfig(configPath)) ?? null;
    return {
      id: cache.id,
      kind: cache.kind,
      directory: cache.directory,
      label: cache.label ?? cache.directory,
      parameters: cache.parametersJson === null ? [] : (JSON.parse(cache.parametersJson) as ParameterLine[]),
      configPath: hasLeft || unreadableConfig !== null ? null : configPath,
      formerConfigPath: hasLeft ? configPath : null,
      unreadableConfig,
      isGone: this.#diskWatch.isGone(cache.directory),
      isSample: this.#sample.holds(cache.directory),
      required: cache.requiredCount,
      present: counts.cached.entries + counts.damaged.entries,
      bytes: counts.cached.bytes + counts.damaged.bytes + counts.foreign.bytes,
      damaged: counts.damaged.entries,
      lastVerifiedAtMs: cache.lastVerifiedAtMs,
      unverified: counts.cached.unverified,
    };
  }
}
