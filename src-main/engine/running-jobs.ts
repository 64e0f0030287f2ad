import type { JobCommand } from '../contract/events.ts';
import type { Engine } from './engine.ts';

export interface RunningJob {
  readonly command: JobCommand;
  readonly directory: string;
}

/** Jobs of this engine that run now. Made before everything else that hears of jobs, so that it knows first. */
export class RunningJobs {
  readonly #running = new Map<string, RunningJob>();
  readonly #ended = new Map<string, RunningJob>();

  constructor(engine: Pick<Engine, 'onEvent'>) {
    engine.onEvent((event) => {
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

  get ids(): readonly string[] {
    return Array.from(this.#running.keys());
  }

  /** What the job was that ended last, while its end is told. */
  ended(jobId: string): RunningJob | undefined {
    return this.#ended.get(jobId);
  }
}
