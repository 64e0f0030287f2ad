import { resolve } from 'node:path';
import type { FixArguments, FixResult } from '../contract/commands.ts';
import { fileError, isCancelled, isLarderError, toWire, writeFileAtomic } from '../base/index.ts';
import type { EntryRepair, KindItem, RepairKnowledge } from '../kinds/index.ts';
import { STOPPING, exportIndex } from '../pipeline/index.ts';
import type { CacheLayout, CacheLock, QuarantineRecord } from '../store/index.ts';
import { cachePath, currentOwner, finishPublishing, lockCache, moveToFreeName, purgeFiles, quarantineFile, removeEmptyFolders, removeFile, sweepClaims, sweepEmptyRecords, sweepStaging } from '../store/index.ts';
import { auditCache } from './audit-cache.ts';
import type { AuditedCache } from './audit-cache.ts';
import { withoutConditions } from './chosen-keys.ts';
import type { EngineContext } from './context.ts';
import { makeInBatches } from './make-batches.ts';
import type { OpenedCache } from './open-cache.ts';
import { priceBatches, roomWords } from './remake.ts';
import type { RunningJob } from './run-job.ts';
import { findUnfinishedRepairs } from './unfinished-repairs.ts';
import { withRoom } from './with-room.ts';

type Taken = Pick<FixResult, 'quarantined' | 'deleted' | 'swept'>;

/**
 * Repairs a cache with an index: decides about every damaged key, sets aside what is wrong, writes
 * what can be written, makes again what cannot, writes the index anew, and audits once more.
 *
 * @throws CACHE_IN_USE, LOCK_LOST, DISK_FULL, CANCELLED; what was set aside until then stays in quarantine
 */
export async function repairCache(context: EngineContext, cache: OpenedCache, request: FixArguments, job: RunningJob): Promise<FixResult> {
  await withRoom(context, cache.layout.directory, () => finishUnfinished(cache));
  const audited = await auditCache(context, cache, request, job, { reads: 'all' });
  const repair = new CacheRepair(context, cache, request, job);
  const lock = await withRoom(context, cache.layout.directory, () => lockCache(cache.layout, { needsNoSpace: request.delete === true }));
  try {
    await repair.takeAway(audited, lock);
    await lock.assertHeld();
    await repair.writeIndex();
  } finally {
    await lock.release();
  }
  await repair.makeAgain();
  await removeEmptyFolders(cache.layout);
  await auditCache(context, cache, everything(request), job, { reads: 'all', isQuiet: true });
  return { ...audited.result, ...repair.taken, remade: repair.remade, notRemade: repair.notRemade };
}

function everything({ only: _only, ...request }: FixArguments): FixArguments {
  return withoutConditions(request);
}

/** What a writer who died here had not yet named gets its name before anything is judged. */
async function finishUnfinished({ kind, layout }: OpenedCache): Promise<void> {
  if (kind.batches === undefined) return;
  const lock = await lockCache(layout);
  try {
    await finishPublishing(layout, { entryFiles: (key) => kind.entryFiles(key), isWhole: kind.batches.isWhole });
  } finally {
    await lock.release();
  }
}

class CacheRepair {
  readonly #context: EngineContext;
  readonly #cache: OpenedCache;
  readonly #request: FixArguments;
  readonly #job: RunningJob;
  readonly #items: KindItem[] = [];
  /** Why they are made again, by key. */
  readonly #reasons = new Map<string, EntryRepair['reason']>();
  /** Sound pictures in the place of another, which are deleted when all have their own. */
  readonly #exchanged: QuarantineRecord[] = [];
  readonly notRemade: { name: string; reason: string }[] = [];
  readonly taken: { -readonly [K in keyof Taken]: Taken[K] } = { quarantined: 0, deleted: 0, swept: 0 };
  remade = 0;

  constructor(context: EngineContext, cache: OpenedCache, request: FixArguments, job: RunningJob) {
    this.#context = context;
    this.#cache = cache;
    this.#request = request;
    this.#job = job;
  }

  get #layout(): CacheLayout {
    return this.#cache.layout;
  }

  async takeAway({ audit, only }: AuditedCache, lock: CacheLock): Promise<void> {
    const stage = this.#job.meter.stage('repairing', 0);
    await sweepEmptyRecords(this.#layout);
    for (const { file, code, message } of only === undefined ? audit.leftovers : []) {
      await lock.assertHeld();
      // Whoever wrote it may have given it its name since.
      await this.#aside(file, null, null, { code, message }).catch((error: unknown) => {
        if (!isLarderError(error, 'FILE_NOT_FOUND')) throw error;
      });
    }
    const unfinished = await findUnfinishedRepairs(this.#layout);
    for await (const repair of audit.planRepairs(this.#knowledge(unfinished), this.#job.signal)) {
      if (only?.has(repair.key) === false) continue;
      await this.#job.gate.pass(this.#job.signal);
      await lock.assertHeld();
      stage.total++;
      try {
        await this.#apply(repair);
        stage.finish(repair.name ?? repair.key);
      } catch (error) {
        this.#failOrStop(repair, error);
        // One of them has not its own: what holds it stays in quarantine.
        if (repair.isExchange === true) this.#exchanged.length = 0;
        stage.fail(repair.name ?? repair.key);
      }
    }
    await lock.assertHeld();
    await this.#deleteExchanged();
    if (this.#items.length === 0) await this.#sweep();
  }

  /** Where something is to be made, whoever makes it takes over what a dead process had made of it, and sweeps then. */
  async #sweep(): Promise<void> {
    this.taken.swept += (await sweepStaging(this.#layout)) + (await sweepClaims(this.#layout));
  }

  /** A disk that fails one file costs its entry; what concerns all of them ends the repair. */
  #failOrStop({ key, name }: EntryRepair, cause: unknown): void {
    const error = fileError(cause, this.#layout.directory, 'repairing an entry of');
    if (!isLarderError(error) || isCancelled(error) || STOPPING.has(error.code)) throw error;
    this.notRemade.push({ name: name ?? key, reason: error.message });
    this.#context.emit({ type: 'itemFailed', jobId: this.#job.id, key, name: name ?? key, attempts: 1, error: toWire(error) });
  }

  #knowledge(unfinished: RepairKnowledge['unfinished']): RepairKnowledge {
    const { corpusDir, fontsDir } = this.#request;
    const { cwd, catalog } = this.#context;
    return {
      config: this.#cache.config,
      cwd,
      unfinished,
      isRedrawing: this.#request.reRender === true,
      ...(corpusDir === undefined ? {} : { corpusDirectory: resolve(cwd, corpusDir) }),
      ...(fontsDir === undefined ? {} : { fontsDirectory: resolve(cwd, fontsDir) }),
      known: (key) => {
        const row = catalog.entries.getByKey(this.#cache.row.id, key);
        return row === undefined ? undefined : { name: row.name, variant: row.variant ?? null, shape: row.shape, pixels: row.pixels };
      },
    };
  }

  /** Removal goes the other way round than publishing: first the row, then the files. */
  async #apply(repair: EntryRepair): Promise<void> {
    const { key, name, entry, remake, refusal } = repair;
    const { entries } = this.#context.catalog;
    const gone = { file: null, sizeBytes: null, modifiedAtMs: null };
    if (repair.isLeft === true) {
      this.notRemade.push({ name: name ?? key, reason: refusal! });
      return;
    }
    if (entry === undefined && remake === undefined) this.#forget(key);
    else if (entry === undefined) entries.upsert(this.#cache.row.id, [{ key, name, variant: remake!.variant ?? null, state: 'missing', ...gone }]);
    const written = new Set(repair.write.map(({ file }) => file));
    for (const file of repair.aside) {
      if (this.#request.delete !== true) await this.#aside(file, key, name, repair.reason);
      else if (repair.isExchange === true) this.#exchanged.push(await this.#quarantine(file, key, name, repair.reason));
      // What takes its name takes it at once: whoever is killed in between must not have lost what the new file is made of.
      else if (written.has(file)) this.taken.deleted++;
      else await this.#aside(file, key, name, repair.reason);
    }
    for (const { from, to } of repair.rename) {
      if (!(await moveToFreeName(cachePath(this.#layout.directory, from), cachePath(this.#layout.directory, to)))) await this.#aside(from, key, name, repair.reason);
    }
    for (const { file, bytes } of repair.write) await this.#write(cachePath(this.#layout.directory, file), bytes);
    if (entry !== undefined) {
      entries.upsert(this.#cache.row.id, [{ key, name: entry.name, variant: entry.variant, shape: entry.shape, dtype: entry.dtype, state: 'cached' }]);
      if (repair.write.length > 0 || repair.rename.length > 0) this.remade++;
    }
    if (remake !== undefined) {
      this.#items.push(remake);
      this.#reasons.set(key, repair.reason);
    }
    if (refusal !== undefined) this.notRemade.push({ name: name ?? key, reason: refusal });
  }

  async #write(path: string, bytes: Uint8Array): Promise<void> {
    try {
      await writeFileAtomic(path, bytes);
    } catch (error) {
      throw fileError(error, path, 'writing');
    }
  }

  #forget(key: string): void {
    const row = this.#context.catalog.entries.getByKey(this.#cache.row.id, key);
    if (row === undefined) return;
    if (row.position === null) this.#context.catalog.entries.remove(this.#cache.row.id, [key]);
    else this.#context.catalog.entries.upsert(this.#cache.row.id, [{ key, state: 'missing', file: null, sizeBytes: null, modifiedAtMs: null }]);
  }

  async #aside(file: string, key: string | null, name: string | null, reason: { readonly code: string; readonly message: string }): Promise<void> {
    if (this.#request.delete === true) {
      await removeFile(cachePath(this.#layout.directory, file));
      this.taken.deleted++;
      return;
    }
    const record = await this.#quarantine(file, key, name, reason);
    this.#context.emit({ type: 'entryQuarantined', jobId: this.#job.id, id: record.id, file, reason: reason.code });
    this.taken.quarantined++;
  }

  async #quarantine(file: string, key: string | null, name: string | null, reason: QuarantineRecord['reason']): Promise<QuarantineRecord> {
    const aside = { file, key, name, reason, nowMs: Date.now(), larderVersion: this.#context.version, jobId: this.#job.id };
    return await withRoom(this.#context, this.#layout.directory, () => quarantineFile(this.#layout, aside));
  }

  /** Pictures that are each in the place of the other have theirs by now. */
  async #deleteExchanged(): Promise<void> {
    await purgeFiles(this.#layout, this.#exchanged);
    this.taken.deleted += this.#exchanged.length;
  }

  /** The old index stays in its place until the new one takes it; a copy goes to quarantine. */
  async writeIndex(): Promise<void> {
    const { catalog, version } = this.#context;
    const beforeReplacing = async (file: string): Promise<void> => {
      await quarantineFile(this.#layout, { file, key: null, name: null, reason: { code: 'replaced', message: 'The index was written anew from the metadata and images.' }, nowMs: Date.now(), larderVersion: version, jobId: this.#job.id, isCopied: true });
      this.taken.quarantined++;
    };
    await withRoom(this.#context, this.#layout.directory, () => exportIndex(catalog, this.#cache.row, this.#cache.kind, this.#layout, currentOwner(), {}, this.#job.signal, { beforeReplacing }));
  }

  async makeAgain(): Promise<void> {
    if (this.#items.length === 0) return;
    const forecast = await priceBatches(this.#context, this.#cache, this.#items, this.#request, this.#job.signal);
    if (forecast !== undefined) {
      this.#context.emit({ type: 'remakePlanned', jobId: this.#job.id, forecast });
      if (!forecast.disk.fits) {
        // What was set aside is remembered: the next repair draws it, when there is room.
        for (const { name } of this.#items) this.notRemade.push({ name, reason: roomWords(forecast) });
        await this.#sweep();
        return;
      }
    }
    try {
      const result = await makeInBatches(this.#context, { kind: this.#cache.kind, items: this.#items, reasonOf: (key) => this.#reasons.get(key), ...(this.#request.numWorkers === undefined ? {} : { numWorkers: this.#request.numWorkers }) }, this.#cache.row, this.#layout, this.#job);
      this.remade += result.published + result.alreadyThere;
      this.taken.swept += result.swept;
      for (const { name, message } of result.refusals) this.notRemade.push({ name, reason: message });
      for (const { name, message } of result.failures) this.notRemade.push({ name, reason: message });
    } catch (error) {
      if (!isLarderError(error) || isCancelled(error) || error.code === 'DISK_FULL') throw error;
      for (const { name } of this.#items) this.notRemade.push({ name, reason: error.message });
    }
  }
}
