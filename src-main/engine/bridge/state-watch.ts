import type { CacheSummary, JobSummary } from '../../contract/commands.ts';
import type { EngineEvent } from '../../contract/events.ts';
import type { Snapshot, Update } from '../../contract/methods.ts';
import type { Settings } from '../../contract/settings.ts';
import { DEFAULT_SETTINGS } from '../../contract/settings.ts';
import type { Engine } from '../engine.ts';
import { CacheChanges } from './cache-changes.ts';
import { ForeignFindings } from './foreign-findings.ts';
import type { FoundSoFar } from './found-so-far.ts';

/** How often the rows of jobs are read while somebody looks. */
const JOBS_EVERY_MS = 1_000;
/** The library costs a count over all entries, so it is read when a job moved, else this often. */
const LIBRARY_EVERY_MS = 5_000;

/**
 * Notices in the catalog and the settings what other processes do: a `larder generate` in a terminal
 * shows in the window like a job of its own. Works only while there are listeners.
 */
export class StateWatch {
  readonly #engine: Engine;
  readonly #listeners = new Set<(update: Update) => void>();
  #jobs = new Map<string, string>();
  #library = new Map<string, string>();
  #libraryReadAtMs = 0;
  #settings: Settings | undefined;
  #timer: NodeJS.Timeout | undefined;
  readonly #foreign: ForeignFindings;
  readonly #found: FoundSoFar;
  readonly #changes = new CacheChanges((directory) => this.#tell({ type: 'cacheChanged', directory }));
  readonly #onFault: (error: unknown) => void;
  readonly #onSettings: () => void;

  /**
   * @param found where what other processes find is counted too
   * @param onSettings the settings are others than when they were last read, whoever changed them
   */
  constructor(engine: Engine, found: FoundSoFar, onFault: (error: unknown) => void, onSettings: () => void = () => undefined) {
    this.#engine = engine;
    this.#foreign = new ForeignFindings(engine);
    this.#found = found;
    this.#onFault = onFault;
    this.#onSettings = onSettings;
  }

  /** What happens in a job of this engine; its findings are told by itself. */
  addOwn(event: EngineEvent): void {
    if (event.type === 'jobStarted') this.#foreign.addOwn(event.jobId);
    else if (event.type === 'jobEnded') this.#foreign.dropOwn(event.jobId);
    this.#changes.addEvent(event);
  }

  /** Everything as it is now; news after it go to the listener. */
  listen(listener: (update: Update) => void): { readonly snapshot: Omit<Snapshot, 'found'>; readonly stop: () => void } {
    this.poll();
    const snapshot = { library: this.#engine.library(), jobs: this.#engine.jobs(), settings: this.#settings ?? DEFAULT_SETTINGS };
    this.#listeners.add(listener);
    this.#changes.setHeard(true);
    this.#timer ??= setInterval(() => this.poll(), JOBS_EVERY_MS);
    return { snapshot, stop: () => this.#stop(listener) };
  }

  #stop(listener: (update: Update) => void): void {
    this.#listeners.delete(listener);
    if (this.#listeners.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#changes.setHeard(false);
  }

  /** Reads the rows and tells what changed; a catalog that is busy is read again at the next turn. */
  poll(): void {
    this.#readSettings();
    try {
      const jobs = this.#engine.jobs();
      const changed = this.#changedJobs(jobs);
      this.#tellFound(jobs);
      if (changed.length > 0) this.#tell({ type: 'jobs', jobs: changed });
      this.#changes.look(changed);
      if (changed.length > 0 || Date.now() - this.#libraryReadAtMs >= LIBRARY_EVERY_MS) this.#readLibrary();
      this.#lookAtDisk();
    } catch (error) {
      this.#onFault(error);
    }
  }

  /** For what a window changed: every window has it at once. @param directory of a cache whose rows it changed */
  pollAll(directory?: string): void {
    this.poll();
    if (directory !== undefined) this.#changes.touch(directory);
    try {
      this.#readLibrary();
    } catch (error) {
      this.#onFault(error);
    }
  }

  #changedJobs(jobs: readonly JobSummary[]): readonly JobSummary[] {
    const now = new Map(jobs.map((job) => [job.id, JSON.stringify(job)]));
    const changed = jobs.filter((job) => this.#jobs.get(job.id) !== now.get(job.id));
    this.#jobs = now;
    return changed;
  }

  #tellFound(jobs: readonly JobSummary[]): void {
    const { found, ended } = this.#foreign.look(jobs);
    for (const id of ended) this.#found.drop(id);
    for (const event of found) this.#found.add(event);
    if (found.length > 0) this.#tell({ type: 'events', events: found });
  }

  #lookAtDisk(): void {
    this.#engine
      .lookAtDisk()
      .then((isOther) => isOther && this.#readLibrary())
      .catch(this.#onFault);
  }

  /** Counted first, beside other work, where entries have come or gone. */
  #readLibrary(): void {
    this.#libraryReadAtMs = Date.now();
    const loading = this.#engine.loadLibrary();
    if (loading === undefined) this.#tellLibrary();
    else
      loading.then(
        () => this.#tellLibrary(),
        (error: unknown) => this.#onFault(error),
      );
  }

  #tellLibrary(): void {
    const library: readonly CacheSummary[] = this.#engine.library();
    const before = this.#library;
    this.#library = new Map(library.map((cache) => [cache.directory, JSON.stringify(cache)]));
    if (Array.from(this.#library).join('\n') === Array.from(before).join('\n')) return;
    this.#tell({ type: 'library', library });
    for (const [directory, text] of this.#library) if (before.has(directory) && before.get(directory) !== text) this.#changes.touch(directory);
  }

  /** Settings that cannot be read stay what they were; the Settings screen says why. */
  #readSettings(): void {
    const settings = attempt(() => this.#engine.currentSettings());
    if (settings === undefined || JSON.stringify(settings) === JSON.stringify(this.#settings)) return;
    this.#settings = settings;
    this.#tell({ type: 'settings', settings });
    this.#onSettings();
  }

  #tell(update: Update): void {
    for (const listener of this.#listeners) listener(update);
  }
}

function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
