import type { JobSummary } from '../../contract/commands.ts';
import type { EngineEvent } from '../../contract/events.ts';
import type { JobProgress } from '../../contract/progress.ts';
import { Throttle } from '../../base/index.ts';

/** As often as windows are told to read rows of a cache again, at most. */
export const CHANGED_EVERY_MS = 1_000;

/** What changes rows of a cache. Rows that only get a new time of verification show in the progress. */
const CHANGING: ReadonlySet<EngineEvent['type']> = new Set(['jobStarted', 'jobEnded', 'entryPublished', 'itemFailed', 'itemRefused', 'findingFound', 'entryQuarantined', 'entryRemoved']);

/**
 * Tells which caches have rows that changed: each at once, then once a second while it goes on, and
 * once more after the last change.
 */
export class CacheChanges {
  readonly #tell: (directory: string) => void;
  readonly #throttles = new Map<string, Throttle>();
  /** Of running jobs of this engine, by number: the folder and what was done at the last look. */
  readonly #own = new Map<string, { readonly directory: string; done: number }>();
  /** Of jobs that run, by number: how they stood at the last look. */
  readonly #seen = new Map<string, string>();
  #isHeard = false;

  constructor(tell: (directory: string) => void) {
    this.#tell = tell;
  }

  /** While nobody listens, nothing is told: whoever comes begins with a snapshot. */
  setHeard(isHeard: boolean): void {
    this.#isHeard = isHeard;
    if (isHeard) return;
    for (const throttle of this.#throttles.values()) throttle.close();
    this.#throttles.clear();
  }

  /** Rows of this cache changed. */
  touch(directory: string): void {
    if (!this.#isHeard) return;
    const throttle = this.#throttles.get(directory) ?? new Throttle({ everyMs: CHANGED_EVERY_MS }, () => this.#tell(directory));
    this.#throttles.set(directory, throttle);
    throttle.touch();
  }

  /** What a job of this engine does. */
  addEvent(event: EngineEvent): void {
    if (event.jobId === undefined) return;
    if (event.type === 'jobStarted') this.#own.set(event.jobId, { directory: event.directory, done: 0 });
    const own = this.#own.get(event.jobId);
    if (own === undefined) return;
    if (event.type === 'jobEnded') this.#own.delete(event.jobId);
    const done = event.type === 'jobProgressed' ? doneOf(event.progress) : own.done;
    if (CHANGING.has(event.type) || done !== own.done) this.touch(own.directory);
    own.done = done;
  }

  /** What jobs of any process have come to, by their rows. */
  look(jobs: readonly JobSummary[]): void {
    for (const { id, directory, state, progress, endedAtMs } of jobs) {
      if (directory === null || this.#own.has(id)) continue;
      const now = `${state} ${progress === null ? 0 : doneOf(progress)}`;
      if (this.#seen.get(id) === now) continue;
      if (endedAtMs === null) this.#seen.set(id, now);
      else this.#seen.delete(id);
      this.touch(directory);
    }
  }
}

function doneOf({ stages }: JobProgress): number {
  return stages.reduce((sum, { done, failed }) => sum + done + failed, 0);
}
