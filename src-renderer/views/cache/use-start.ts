import { useState } from 'react';
import type { CacheSummary } from '../../../src-main/contract/commands.ts';
import type { StartedJob } from '../../../src-main/contract/methods.ts';
import { watchJob } from './toasts.ts';

interface Start {
  readonly isStarting: boolean;
  readonly error: Error | undefined;
  /** Begins a job; its end is told wherever the page is then. */
  start(begin: () => Promise<StartedJob>): Promise<void>;
}

export function useStart(cache: CacheSummary, onStarted: () => void): Start {
  const [isStarting, setIsStarting] = useState(false);
  const [error, setError] = useState<Error>();
  return {
    isStarting,
    error,
    async start(begin) {
      setIsStarting(true);
      setError(undefined);
      try {
        const { jobId } = await begin();
        watchJob(jobId, cache);
        onStarted();
      } catch (problem) {
        setError(problem instanceof Error ? problem : new Error(String(problem)));
      }
      setIsStarting(false);
    },
  };
}
