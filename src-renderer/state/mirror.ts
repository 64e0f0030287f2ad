import type { CacheSummary, JobSummary } from '../../src-main/contract/commands.ts';
import type { EngineEvent } from '../../src-main/contract/events.ts';
import type { Update } from '../../src-main/contract/methods.ts';
import type { Settings } from '../../src-main/contract/settings.ts';
import type { Details } from './followed-jobs.ts';
import { withNews } from './followed-jobs.ts';

/** What the page knows of the engine. Only updates change it. */
export interface Mirror {
  /** False until the first snapshot. */
  readonly isLoaded: boolean;
  readonly library: readonly CacheSummary[];
  /** Newest first. */
  readonly jobs: readonly JobSummary[];
  /** Null until the first snapshot. */
  readonly settings: Settings | null;
  /** What the engine found worth telling, newest last. */
  readonly notices: readonly string[];
  /** How often rows of a cache were told to have changed, by its folder. */
  readonly changes: Readonly<Record<string, number>>;
  /** Snapshots so far: with each, anything may have changed. */
  readonly snapshots: number;
  readonly details: Details;
}

export const EMPTY_MIRROR: Mirror = { isLoaded: false, library: [], jobs: [], settings: null, notices: [], changes: {}, snapshots: 0, details: {} };

const NOTICES_KEPT = 20;
const JOBS_KEPT = 200;

/** The mirror after an update; pure. */
export function apply(mirror: Mirror, update: Update): Mirror {
  switch (update.type) {
    case 'snapshot': {
      const { library, jobs, settings } = update.snapshot;
      return { ...mirror, library, jobs, settings, isLoaded: true, snapshots: mirror.snapshots + 1 };
    }
    case 'settings':
      return { ...mirror, settings: update.settings };
    case 'library':
      return { ...mirror, library: update.library };
    case 'jobs':
      return { ...mirror, jobs: mergeJobs(mirror.jobs, update.jobs) };
    case 'events':
      return update.events.reduce(applyEvent, mirror);
    case 'cacheChanged':
      return { ...mirror, changes: { ...mirror.changes, [update.directory]: (mirror.changes[update.directory] ?? 0) + 1 } };
    case 'jobDetail':
      return { ...mirror, details: { ...mirror.details, [update.detail.job.id]: update.detail } };
    case 'jobLogged':
      return { ...mirror, details: withNews(mirror.details, update) };
    case 'planProgressed':
      // For whoever asked for the plan alone.
      return mirror;
    default:
      return update satisfies never;
  }
}

/** Rows and library carry what other events say in sum; the events are for screens that list them. */
function applyEvent(mirror: Mirror, event: EngineEvent): Mirror {
  switch (event.type) {
    case 'jobProgressed':
      return { ...mirror, jobs: changeJob(mirror.jobs, event.jobId, { progress: event.progress }) };
    case 'jobEnded':
      return { ...mirror, jobs: changeJob(mirror.jobs, event.jobId, { state: event.state, result: event.result, errorMessage: event.error?.message ?? null, ...(event.error?.hint === undefined ? {} : { errorHint: event.error.hint }) }) };
    case 'jobPaused':
      return { ...mirror, jobs: changeJob(mirror.jobs, event.jobId, { state: 'paused' }) };
    case 'jobContinued':
      return { ...mirror, jobs: changeJob(mirror.jobs, event.jobId, { state: 'running' }) };
    case 'noticed':
      return mirror.notices.includes(event.message) ? mirror : { ...mirror, notices: [...mirror.notices, event.message].slice(-NOTICES_KEPT) };
    default:
      return mirror;
  }
}

function changeJob(jobs: readonly JobSummary[], id: string, change: Partial<JobSummary>): readonly JobSummary[] {
  return jobs.map((job) => (job.id === id ? { ...job, ...change } : job));
}

function mergeJobs(jobs: readonly JobSummary[], changed: readonly JobSummary[]): readonly JobSummary[] {
  const byId = new Map([...jobs, ...changed].map((job) => [job.id, job]));
  return Array.from(byId.values())
    .sort((a, b) => b.createdAtMs - a.createdAtMs)
    .slice(0, JOBS_KEPT);
}

export function runningJobs(mirror: Mirror): readonly JobSummary[] {
  return mirror.jobs.filter((job) => job.state === 'running' || job.state === 'paused' || job.state === 'queued');
}
