import type { JobCommand } from '../contract/events.ts';
import type { Engine } from './engine.ts';

/** A job as it is kept for the next start. */
export interface KeptJob {
  readonly id: string;
  /** Somebody held it: it comes back held. */
  readonly isPaused: boolean;
}

export interface RunningJob {
  readonly command: JobCommand;
  readonly directory: string;
}

/** Jobs of this engine that run now. Made before everything else that hears of jobs, so that it knows first. */
export class RunningJobs {
  readonly #running = new Map<string, RunningJob>();
  readonly #ended = new Map<string, RunningJob>();
  /** Paused by a person, not for want of room. */
  readonly #held = new Set<string>();
  readonly #short = new Set<string>();
  readonly #engine: Pick<Engine, 'onEvent' | 'job'>;

  constructor(engine: Pick<Engine, 'onEvent' | 'job'>) {
    this.#engine = engine;
    engine.onEvent((event) => {
      if (event.type === 'jobPaused' && !this.#short.has(event.jobId)) this.#held.add(event.jobId);
      else if (event.type === 'spaceRanOut') this.#short.add(event.jobId);
      else if (event.type === 'jobContinued' || event.type === 'jobEnded') {
        this.#held.delete(event.jobId);
        this.#short.delete(event.jobId);
      }
      if (event.type === 'jobStarted') this.#running.set(event.jobId, { command: event.command, directory: event.directory });
      else if (event.type === 'jobEnded') {
        this.#ended.clear();
        const job = this.#running.get(event.jobId);
        if (job !== undefined) this.#ended.set(event.jobId, job);
        this.#running.delete(event.jobId);
      }
    });
  }

  get count(): number {
    return this.#running.size;
  }

  /** What is to be kept of them when they are stopped. One that waits for room is not held: it waits again, or goes on. */
  get kept(): readonly KeptJob[] {
    return Array.from(this.#running.keys(), (id) => ({ id, isPaused: this.#held.has(id) || (!this.#short.has(id) && this.#isPausedNow(id)) }));
  }

  /** Its process hears of it up to half a second after it was asked for. */
  #isPausedNow(id: string): boolean {
    try {
      return this.#engine.job(id).state === 'paused';
    } catch {
      return false;
    }
  }

  /** What the job was that ended last, while its end is told. */
  ended(jobId: string): RunningJob | undefined {
    return this.#ended.get(jobId);
  }
}
