import type { EngineEvent, JobCommand } from '../../contract/events.ts';
import type { StartedJob } from '../../contract/methods.ts';
import type { Engine } from '../engine.ts';

/** What is started, and how its job is recognised among the events. */
export interface JobStart {
  readonly command: JobCommand;
  /** The cache it is for; absent where only the work itself finds out. */
  readonly directory?: string;
  run(signal: AbortSignal): Promise<unknown>;
}

/**
 * Jobs that windows start. A window gets the number of its job as soon as the job is a row, and may
 * close then: the work belongs to the engine, and ends with it.
 */
export class StartedJobs {
  readonly #engine: Pick<Engine, 'onEvent'>;
  readonly #abort = new AbortController();
  readonly #underWay = new Set<Promise<unknown>>();

  constructor(engine: Pick<Engine, 'onEvent'>) {
    this.#engine = engine;
  }

  /**
   * @returns once the job is a row
   * @throws what the work threw before that: a config that is wrong, a disk that would not hold it
   */
  start({ command, directory, run }: JobStart): Promise<StartedJob> {
    return new Promise((resolve, reject) => {
      const stop = this.#engine.onEvent((event: EngineEvent) => {
        if (event.type !== 'jobStarted' || event.command !== command) return;
        if (directory !== undefined && event.directory !== directory) return;
        stop();
        resolve({ jobId: event.jobId });
      });
      // An end, good or bad, is in the row of the job and told as an event; here only one before the row counts.
      const work = run(this.#abort.signal)
        .then(
          () => reject(new Error(`${command} ended without a job`)),
          (error: unknown) => reject(error instanceof Error ? error : new Error(String(error))),
        )
        .finally(() => {
          stop();
          this.#underWay.delete(work);
        });
      this.#underWay.add(work);
    });
  }

  /** Stops what is under way in good order; it can be resumed. */
  async close(): Promise<void> {
    this.#abort.abort();
    await Promise.allSettled(this.#underWay);
  }
}
