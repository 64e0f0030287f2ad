import type { JobDetail, JobNews } from '../../src-main/contract/jobs.ts';
import { FAILURES_SHOWN, LOG_LINES } from '../../src-main/contract/jobs.ts';

/** Details of jobs that are looked at, by number. */
export type Details = Readonly<Record<string, JobDetail>>;

/** With what happened since; pure. News of a job that nobody has the details of are left out. */
export function withNews(details: Details, { jobId, failures, failureCount, log }: JobNews): Details {
  const before = details[jobId];
  if (before === undefined) return details;
  return { ...details, [jobId]: { ...before, failureCount, failures: [...before.failures, ...failures].slice(0, FAILURES_SHOWN), log: [...before.log, ...log].slice(-LOG_LINES) } };
}

export function without(details: Details, jobId: string): Details {
  const { [jobId]: _left, ...rest } = details;
  return rest;
}
