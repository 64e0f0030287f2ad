import type { JobSummary } from '../../contract/commands.ts';
import type { EngineEvent } from '../../contract/events.ts';
import type { Engine } from '../engine.ts';
import type { LogFollower } from '../log-follower.ts';

/**
 * What jobs of other processes find while they run, for windows that show it like what this engine
 * finds: their logs are read on whenever the rows of jobs are.
 */
export class ForeignFindings {
  readonly #engine: Pick<Engine, 'followJob'>;
  readonly #own = new Set<string>();
  readonly #followed = new Map<string, LogFollower>();

  constructor(engine: Pick<Engine, 'followJob'>) {
    this.#engine = engine;
  }

  /** Jobs of this engine tell their events themselves. */
  addOwn(jobId: string): void {
    this.#own.add(jobId);
  }

  /** One that has ended is no different from those of others. */
  dropOwn(jobId: string): void {
    this.#own.delete(jobId);
  }

  /** @returns what was found since the last look, and the jobs that run no more */
  look(jobs: readonly JobSummary[]): { readonly found: readonly EngineEvent[]; readonly ended: readonly string[] } {
    const running = new Set(jobs.filter((job) => (job.state === 'running' || job.state === 'paused') && !this.#own.has(job.id)).map((job) => job.id));
    const ended = Array.from(this.#followed.keys()).filter((id) => !running.has(id));
    for (const id of ended) this.#followed.delete(id);
    const found: EngineEvent[] = [];
    for (const id of running) {
      const follower = this.#followed.get(id) ?? this.#engine.followJob(id);
      this.#followed.set(id, follower);
      for (const event of follower.next()) if (event.type === 'findingFound') found.push(event);
    }
    return { found, ended };
  }
}
