import type { EngineEvent } from '../contract/events.ts';
import { LarderError, delay, forEachLimited, fromWire, isCancelled, isLarderError, toWire } from '../base/index.ts';
import type { PauseGate, ProgressMeter, StageMeter } from '../jobs/index.ts';
import type { BatchOutcome, CacheKind, ItemBatch, ItemRefusal, KindItem } from '../kinds/kind.ts';
import type { CacheLayout, Claims, Staging } from '../store/index.ts';
import type { WorkerPool } from '../workers/index.ts';
import { ATTEMPTS } from './preprocess.ts';
import type { PublishedEntry } from './publish.ts';
import { releaseClaim } from './release-claim.ts';
import type { RoomKeeper } from './room-keeper.ts';
import type { GenerateCounts } from './run.ts';
import { STOPPING } from './run.ts';

export interface BatchDependencies {
  readonly kind: CacheKind;
  readonly layout: CacheLayout;
  readonly staging: Staging;
  readonly claims: Claims;
  readonly pool: WorkerPool;
  readonly meter: ProgressMeter;
  readonly gate: PauseGate;
  readonly room: RoomKeeper;
  /** What an item takes, as far as it is known. */
  readonly entryBytes: number;
  readonly jobId: string;
  readonly emit: (event: EngineEvent) => void;
  /** Entries of one batch; their files have their names. */
  readonly onPublished: (entries: readonly PublishedEntry[]) => Promise<void>;
  /** Like `onRefused` begun again when there is room, after DISK_FULL. */
  readonly onFailed: (item: KindItem, error: unknown) => void;
  /** It cannot be made, as was found only when it was tried; trying again would not help. */
  readonly onRefused: (item: KindItem, refusal: ItemRefusal, basis: string) => void;
}

export interface BatchOptions {
  readonly replace: boolean;
  readonly mayBeStaged: boolean;
  readonly failing: ReadonlyMap<string, unknown>;
}

type Made = Extract<BatchOutcome, { readonly isNew: boolean }>;

/**
 * Makes small items many at a time: claim, make and publish (both in a worker), index, announce. Processes that work on
 * the same cache share the batches. An item that fails, or is refused, is reported and the rest goes on.
 *
 * @param options `replace`: entries that are there are made again too; `mayBeStaged`: the staging folder holds what a dead process had made; `failing`: why some of the items, by key, are not to be tried
 * @throws CANCELLED; DISK_FULL and other faults of the whole job
 */
export async function runBatches(items: readonly KindItem[], dependencies: BatchDependencies, options: BatchOptions, signal: AbortSignal): Promise<GenerateCounts> {
  return await new BatchRun(dependencies, options, signal, dependencies.meter.stage('preprocessing', items.length)).run(items);
}

class BatchRun {
  readonly #d: BatchDependencies;
  readonly #replace: boolean;
  readonly #failing: ReadonlyMap<string, unknown>;
  readonly #signal: AbortSignal;
  readonly #stage: StageMeter;
  #mayBeStaged: boolean;
  #published = 0;
  #alreadyThere = 0;
  #completed = 0;
  #failed = 0;

  constructor(dependencies: BatchDependencies, { replace, mayBeStaged, failing }: BatchOptions, signal: AbortSignal, stage: StageMeter) {
    this.#d = dependencies;
    this.#replace = replace;
    this.#mayBeStaged = mayBeStaged;
    this.#failing = failing;
    this.#signal = signal;
    this.#stage = stage;
  }

  async run(items: readonly KindItem[]): Promise<GenerateCounts> {
    const { kind, claims, pool, meter } = this.#d;
    let waiting: ItemBatch[] = [];
    const begin = async (batch: ItemBatch): Promise<void> => {
      await this.#d.gate.pass(this.#signal);
      if (!(await this.#withRoom(0, () => claims.take(batch.id)))) waiting.push(batch);
      else await this.#claimed(batch);
    };
    for (const item of items) if (this.#failing.has(item.key)) await this.#fail(item, this.#failing.get(item.key), 1);
    try {
      await forEachLimited(kind.batches!.divide(items.filter((item) => !this.#failing.has(item.key))), pool.size + 1, begin, this.#signal);
      // What others had claimed is theirs if it is there then, and ours if they have died.
      while (waiting.length > 0) {
        meter.waitingFor = 'another process that makes some of the items';
        const again = waiting;
        waiting = [];
        await delay(250, this.#signal);
        await forEachLimited(again, pool.size + 1, begin, this.#signal);
      }
    } finally {
      meter.waitingFor = undefined;
      await releaseClaim(() => claims.releaseAll(), this.#d);
    }
    return { published: this.#published, alreadyThere: this.#alreadyThere, ...(this.#completed === 0 ? {} : { completed: this.#completed }), failed: this.#failed, bytesDownloaded: 0, downloadSeconds: 0, connectionSeconds: 0 };
  }

  async #claimed(batch: ItemBatch): Promise<void> {
    try {
      await this.#makeAll(batch.items);
    } finally {
      await releaseClaim(() => this.#d.claims.release(batch.id), this.#d);
    }
  }

  async #withRoom<T>(items: number, work: () => Promise<T>): Promise<T> {
    return await this.#d.room.retry(items * this.#d.entryBytes, work, this.#signal);
  }

  /** What was dealt with before the disk was full is not done again. */
  async #makeAll(items: readonly KindItem[]): Promise<void> {
    const done = new Set<string>();
    await this.#withRoom(items.length, async () => {
      const rest = items.filter((item) => !done.has(item.key));
      if (rest.length === 0) return;
      await this.#d.room.check(rest.length * this.#d.entryBytes, this.#signal);
      await this.#make(rest, done);
    });
  }

  /** A worker that dies costs its batch one more try, item by item, in which what it had made is taken; then the item is named. */
  async #make(items: readonly KindItem[], done: Set<string>): Promise<void> {
    let rest = items;
    for (let attempt = 1; rest.length > 0; attempt++) {
      const outcomes = new Map<string, BatchOutcome>();
      let lost: unknown;
      const groups = attempt === 1 ? [rest] : rest.map((item) => [item]);
      for (const group of groups) lost = (await this.#runTask(group, outcomes)) ?? lost;
      await this.#record(rest.flatMap((item) => pair(item, outcomes.get(item.key))), done);
      this.#countPresent(rest, outcomes, done);
      for (const item of rest) await this.#reportIfNotMade(item, outcomes.get(item.key), done);
      rest = rest.filter((item) => !outcomes.has(item.key));
      if (rest.length === 0 || attempt < ATTEMPTS) continue;
      for (const item of rest) await this.#fail(item, lost ?? new LarderError('INTERNAL', `Nothing was made of ${item.name}.`), attempt);
      return;
    }
  }

  /** @returns why the task ended before all its outcomes were there */
  async #runTask(items: readonly KindItem[], outcomes: Map<string, BatchOutcome>): Promise<unknown> {
    const { kind, pool, staging, layout } = this.#d;
    const take = (value: unknown): void => {
      for (const outcome of value as readonly BatchOutcome[]) outcomes.set(outcome.key, outcome);
    };
    for (const item of items.slice(0, 1)) this.#stage.start(item.name);
    try {
      const payload = kind.batches!.payload(items, { stagingDirectory: staging.directory, directory: layout.directory, replace: this.#replace, mayBeStaged: this.#mayBeStaged && !this.#replace });
      await pool.run({ kind: kind.id, task: 'preprocess-batch', payload }, { signal: this.#signal, onPartial: take });
      return undefined;
    } catch (error) {
      // What it had drawn is there still.
      this.#mayBeStaged = true;
      if (this.#signal.aborted || isCancelled(error) || (isLarderError(error) && STOPPING.has(error.code))) throw error;
      return error;
    } finally {
      for (const item of items.slice(0, 1)) this.#stage.drop(item.name);
    }
  }

  async #record(made: readonly { readonly item: KindItem; readonly made: Made }[], done: Set<string>): Promise<void> {
    if (made.length === 0) return;
    const { jobId, emit } = this.#d;
    for (const { item } of made) done.add(item.key);
    const entries = made.map(({ item, made: { file, isNew, isCompleted, outcome } }): PublishedEntry => ({ item, file, isNew, isCompleted, outcome, source: {}, changedAtMs: null }));
    await this.#withRoom(0, () => this.#d.onPublished(entries));
    for (const { item, file, isNew, isCompleted, outcome } of entries) {
      if (isNew) this.#published++;
      else if (isCompleted === true) this.#completed++;
      else this.#alreadyThere++;
      this.#stage.bytes(outcome.sizeBytes);
      this.#stage.finish(item.name);
      emit({ type: 'entryPublished', jobId, key: item.key, name: item.name, file, sizeBytes: outcome.sizeBytes, seconds: outcome.seconds, isNew });
    }
  }

  #countPresent(items: readonly KindItem[], outcomes: ReadonlyMap<string, BatchOutcome>, done: Set<string>): void {
    for (const { key } of items) {
      const outcome = outcomes.get(key);
      if (outcome === undefined || !('isThere' in outcome)) continue;
      done.add(key);
      this.#alreadyThere++;
      this.#stage.total--;
    }
  }

  async #reportIfNotMade(item: KindItem, outcome: BatchOutcome | undefined, done: Set<string>): Promise<void> {
    if (outcome !== undefined && 'refusal' in outcome) {
      done.add(item.key);
      await this.#refuse(item, outcome.refusal, outcome.basis);
    }
    if (outcome === undefined || !('error' in outcome)) return;
    const error = fromWire(outcome.error);
    if (STOPPING.has(error.code)) throw error;
    done.add(item.key);
    await this.#fail(item, error, 1);
  }

  /** No part of the work: the plan counts what it refuses itself the same way. */
  async #refuse(item: KindItem, refusal: ItemRefusal, basis: string): Promise<void> {
    this.#stage.total--;
    await this.#withRoom(0, async () => this.#d.onRefused(item, refusal, basis));
    this.#d.emit({ type: 'itemRefused', jobId: this.#d.jobId, key: item.key, name: item.name, ...refusal });
  }

  async #fail(item: KindItem, error: unknown, attempts: number): Promise<void> {
    this.#failed++;
    this.#stage.fail(item.name);
    await this.#withRoom(0, async () => this.#d.onFailed(item, error));
    this.#d.emit({ type: 'itemFailed', jobId: this.#d.jobId, key: item.key, name: item.name, attempts, error: toWire(error) });
  }
}

function pair(item: KindItem, outcome: BatchOutcome | undefined): { item: KindItem; made: Made }[] {
  return outcome !== undefined && 'isNew' in outcome ? [{ item, made: outcome }] : [];
}
