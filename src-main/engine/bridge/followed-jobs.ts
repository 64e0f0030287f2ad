import type { JobSummary } from '../../contract/commands.ts';
import type { EngineEvent } from '../../contract/events.ts';
import type { Update } from '../../contract/methods.ts';
import { Throttle } from '../../base/index.ts';
import type { Engine } from '../engine.ts';
import type { DetailFollower } from '../detail-follower.ts';

/** What happens in a job that is looked at goes to its window so often; what comes together goes together. */
const TOLD_EVERY_MS = 250;

interface Followed {
  readonly follower: DetailFollower;
  readonly throttle: Throttle;
}

/** The jobs whose details one window has open: it is told what happens in these, and in no others. */
export class FollowedJobs {
  readonly #engine: Pick<Engine, 'job' | 'followDetail'>;
  readonly #tell: (update: Update) => void;
  readonly #onFault: (error: unknown) => void;
  readonly #jobs = new Map<string, Followed>();

  constructor(engine: Pick<Engine, 'job' | 'followDetail'>, tell: (update: Update) => void, onFault: (error: unknown) => void) {
    this.#engine = engine;
    this.#tell = tell;
    this.#onFault = onFault;
  }

  /** Tells all of it now, and what is new from now on, until the job has ended. @throws JOB_NOT_FOUND */
  follow(jobId: string): void {
    this.unfollow(jobId);
    const follower = this.#engine.followDetail(jobId);
    this.#tell({ type: 'jobDetail', detail: follower.begin() });
    if (this.#engine.job(jobId).endedAtMs === null) this.#jobs.set(jobId, { follower, throttle: new Throttle({ everyMs: TOLD_EVERY_MS, isLate: true }, () => this.#tellNews(jobId)) });
  }

  unfollow(jobId: string): void {
    this.#jobs.get(jobId)?.throttle.close();
    this.#jobs.delete(jobId);
  }

  /** Progress is in the row of the job, and told to every window. */
  addEvent(event: EngineEvent): void {
    if (event.jobId !== undefined && event.type !== 'jobProgressed') this.#jobs.get(event.jobId)?.throttle.touch();
  }

  /** Rows change with every sign of life, whichever process runs the job. */
  look(jobs: readonly JobSummary[]): void {
    for (const { id } of jobs) this.#jobs.get(id)?.throttle.touch();
  }

  close(): void {
    for (const jobId of Array.from(this.#jobs.keys())) this.unfollow(jobId);
  }

  #tellNews(jobId: string): void {
    const followed = this.#jobs.get(jobId);
    if (followed === undefined) return;
    try {
      // The end says more than its line: why, and what to do now.
      if (this.#engine.job(jobId).endedAtMs !== null) this.follow(jobId);
      else {
        const news = followed.follower.next();
        if (news !== null) this.#tell({ type: 'jobLogged', ...news });
      }
    } catch (error) {
      this.#onFault(error);
    }
  }
}
