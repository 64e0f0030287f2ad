import { describe, expect, it } from 'vitest';
import type { CacheSummary, JobSummary } from '../../src-main/contract/commands.ts';
import type { JobProgress } from '../../src-main/contract/progress.ts';
import { DEFAULT_SETTINGS } from '../../src-main/contract/settings.ts';
import type { JobDetail, LoggedEvent } from '../../src-main/contract/jobs.ts';
import { LOG_LINES } from '../../src-main/contract/jobs.ts';
import { EMPTY_MIRROR, apply, runningJobs } from './mirror.ts';

function job(id: string, createdAtMs: number, state: JobSummary['state'] = 'running'): JobSummary {
  return { id, command: 'verify', directory: '/c', state, createdAtMs, startedAtMs: createdAtMs, endedAtMs: null, arguments: {}, progress: null, result: null, errorMessage: null };
}
const CACHE: CacheSummary = { id: 1, kind: 'volume', directory: '/c', label: 'c', parameters: [], configPath: null, formerConfigPath: null, unreadableConfig: null, isGone: false, isSample: false, required: null, present: 0, bytes: 0, damaged: 0, lastVerifiedAtMs: null, unverified: 0 };
const PROGRESS: JobProgress = { stages: [], elapsedSeconds: 1, workers: 1 };
const REST = { settings: DEFAULT_SETTINGS, found: {} };
const LOADED = apply(EMPTY_MIRROR, { type: 'snapshot', snapshot: { ...REST, library: [CACHE], jobs: [job('b', 2), job('a', 1, 'succeeded')] } });

describe('the mirror', () => {
  it('is the snapshot, and a later snapshot replaces it', () => {
    expect(LOADED).toMatchObject({ isLoaded: true, library: [CACHE], notices: [] });
    expect(apply(LOADED, { type: 'snapshot', snapshot: { ...REST, library: [], jobs: [] } })).toMatchObject({ library: [], jobs: [] });
  });

  it('puts new jobs first and changed ones in place', () => {
    const changed = apply(LOADED, { type: 'jobs', jobs: [job('c', 3), job('b', 2, 'failed')] });
    expect(changed.jobs.map(({ id, state }) => [id, state])).toEqual([
      ['c', 'running'],
      ['b', 'failed'],
      ['a', 'succeeded'],
    ]);
    expect(runningJobs(changed).map(({ id }) => id)).toEqual(['c']);
  });

  it('follows progress and end of a job, and leaves the others and itself unchanged', () => {
    const after = apply(LOADED, {
      type: 'events',
      events: [
        { type: 'jobProgressed', jobId: 'b', progress: PROGRESS },
        { type: 'jobEnded', jobId: 'b', state: 'failed', result: {}, error: { code: 'DISK_FULL', message: 'The disk is full.', hint: 'Make room.' } },
      ],
    });
    expect(after.jobs[0]).toMatchObject({ id: 'b', state: 'failed', progress: PROGRESS, errorMessage: 'The disk is full.', errorHint: 'Make room.' });
    expect(after.jobs[1]).toBe(LOADED.jobs[1]);
    expect(LOADED.jobs[0]!.state).toBe('running');
  });

  it('follows settings that were changed elsewhere', () => {
    expect(LOADED.settings?.theme).toBe('system');
    expect(apply(LOADED, { type: 'settings', settings: { ...DEFAULT_SETTINGS, theme: 'dark' } }).settings?.theme).toBe('dark');
  });

  it('counts what is told to have changed, and snapshots, after which anything may have', () => {
    const changed = apply(apply(LOADED, { type: 'cacheChanged', directory: '/c' }), { type: 'cacheChanged', directory: '/c' });
    expect([changed.changes, changed.snapshots]).toEqual([{ '/c': 2 }, 1]);
    expect(apply(changed, { type: 'snapshot', snapshot: { ...REST, library: [], jobs: [] } }).snapshots).toBe(2);
  });

  it('adds what happens in a job to its details, as many lines as are shown, and nothing to those of a job that nobody looks at', () => {
    const line = (atMs: number): LoggedEvent => ({ atMs, event: { type: 'jobPaused', jobId: 'b' } });
    const failure = (name: string) => ({ name, code: 'IO_FAILED', message: 'x' }) as const;
    const detail: JobDetail = { job: job('b', 2), error: null, failures: [failure('a')], failureCount: 1, log: [line(1)] };
    const news = { type: 'jobLogged', jobId: 'b', failures: [failure('z')], failureCount: 2, log: Array.from({ length: LOG_LINES }, (_, i) => line(i + 2)) } as const;
    expect(apply(LOADED, news).details).toEqual({});
    const { b } = apply(apply(LOADED, { type: 'jobDetail', detail }), news).details;
    expect([b?.failures.map(({ name }) => name), b?.failureCount, b?.log.length, b?.log[0]?.atMs]).toEqual([['a', 'z'], 2, LOG_LINES, 2]);
  });

  it('keeps a notice once', () => {
    const notice = { type: 'noticed', message: 'The catalog was set aside.' } as const;
    expect(apply(LOADED, { type: 'events', events: [notice, notice] }).notices).toEqual(['The catalog was set aside.']);
  });
});
