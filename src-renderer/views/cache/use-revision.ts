import { useEffect, useMemo, useState } from 'react';
import type { CacheSummary, JobSummary } from '../../../src-main/contract/commands.ts';
import type { Mirror } from '../../state/index.ts';
import { useToasts } from './toasts.ts';

/** How often rows are read while a job changes them. */
const WHILE_RUNNING_MS = 2_000;

/** Changes whenever rows of a cache may have: its summary did, a job of it ended, or one is running. */
export function useRevision(mirror: Mirror, cache: CacheSummary, running: JobSummary | undefined): string {
  const [tick, setTick] = useState(0);
  const changes = useToasts((state) => state.changes);
  const isRunning = running !== undefined;
  useEffect(() => {
    if (!isRunning) return undefined;
    const timer = setInterval(() => setTick((before) => before + 1), WHILE_RUNNING_MS);
    return () => clearInterval(timer);
  }, [isRunning]);
  return useMemo(() => {
    const ended = mirror.jobs.find((job) => job.directory === cache.directory && job.endedAtMs !== null);
    return `${tick} ${changes} ${JSON.stringify(cache)} ${ended?.id} ${ended?.state} ${isRunning}`;
  }, [tick, changes, cache, mirror.jobs, isRunning]);
}
