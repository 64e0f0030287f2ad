import type { JobMethods } from '../../contract/methods-config.ts';
import type { StartedJob } from '../../contract/methods.ts';
import type { Engine } from '../engine.ts';
import type { MethodContext, MethodHandlers } from './methods.ts';

/** What the Jobs screen asks and does. */
export function jobMethods({ engine, jobs }: MethodContext): Pick<MethodHandlers, keyof JobMethods> {
  const again = async (jobId: string, run: (engine: Engine, id: string, signal: AbortSignal) => Promise<unknown>): Promise<StartedJob> => {
    const { id, command, directory } = engine.job(jobId);
    return await jobs.start({ command, ...(directory === null ? {} : { directory }), run: (signal) => run(engine, id, signal) });
  };
  return {
    'jobs.list': () => engine.jobs(),
    'jobs.follow': ({ jobId }, _signal, news) => {
      news.follow(engine.job(jobId).id);
      return null;
    },
    'jobs.unfollow': ({ jobId }, _signal, news) => {
      news.unfollow(jobId);
      return null;
    },
    'jobs.cancel': ({ jobId }, signal) => engine.cancelJob(jobId, signal),
    'jobs.pause': ({ jobId }) => engine.pauseJob(jobId),
    'jobs.resume': ({ jobId, isPaused }) => {
      if (engine.job(jobId).state === 'paused') return { jobId: engine.continueJob(jobId).id };
      return again(jobId, (target, id, signal) => target.resumeJob(id, signal, isPaused));
    },
    'jobs.retryFailed': ({ jobId }) => again(jobId, (target, id, signal) => target.retryFailed(id, signal)),
  };
}
