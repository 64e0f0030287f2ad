import type { CacheSummary, JobSummary } from '../../contract/commands.ts';
import type { EngineEvent } from '../../contract/events.ts';
import type { Settings } from '../../contract/settings.ts';
import { DEFAULT_SETTINGS } from '../../contract/settings.ts';
import { LarderError } from '../../base/index.ts';
import { DetailFollower } from '../detail-follower.ts';
import type { Engine } from '../engine.ts';
import type { LogFollower } from '../log-follower.ts';

export const FAKE_CACHE: CacheSummary = { id: 7, kind: 'volume', directory: '/data/cache/71a8', label: 'CT', parameters: [], configPath: null, formerConfigPath: null, unreadableConfig: null, isGone: false, isSample: false, required: 4, present: 3, bytes: 100, damaged: 0, lastVerifiedAtMs: null, unverified: 0 };

export function fakeJob(id: string, change: Partial<JobSummary> = {}): JobSummary {
  return { id, command: 'generate', directory: FAKE_CACHE.directory, state: 'running', createdAtMs: 1, startedAtMs: 1, endedAtMs: null, arguments: {}, progress: null, result: null, errorMessage: null, ...change };
}

/** An engine for tests of what stands in front of it: its answers are set, its events are told by hand. */
export interface FakeEngine {
  readonly engine: Engine;
  readonly asked: unknown[];
  library: readonly CacheSummary[];
  jobs: readonly JobSummary[];
  /** What another process writes into the log of its job. */
  logged: EngineEvent[];
  settings: Settings;
  emit(event: EngineEvent): void;
}

/** Members that no test of the bridge may reach throw by being absent. */
export function makeFakeEngine(change: Partial<Engine> = {}): FakeEngine {
  const listeners = new Set<(event: EngineEvent) => void>();
  const fake: FakeEngine = {
    asked: [],
    library: [FAKE_CACHE],
    jobs: [],
    logged: [],
    settings: DEFAULT_SETTINGS,
    emit: (event) => {
      for (const listener of listeners) listener(event);
    },
    engine: {
      library: () => fake.library,
      loadLibrary: () => undefined,
      lookAtDisk: () => Promise.resolve(false),
      jobs: () => fake.jobs,
      job: (id) => {
        const job = fake.jobs.find((candidate) => candidate.id === id);
        if (job === undefined) throw new LarderError('JOB_NOT_FOUND', `There is no job ${id}.`);
        return job;
      },
      followDetail: (id) => new DetailFollower(() => ({ job: fake.engine.job(id), error: null }), { nextLines: () => fake.logged.splice(0).map((event) => ({ atMs: 1, event })) } as unknown as LogFollower),
      followJob: () => ({ next: () => fake.logged.splice(0) }) as unknown as ReturnType<Engine['followJob']>,
      currentSettings: () => fake.settings,
      page: (cacheId, request) => {
        fake.asked.push({ cacheId, ...request });
        return Promise.resolve({ total: 0, rows: [] });
      },
      onEvent: (listener: (event: EngineEvent) => void) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      ...change,
    } as Partial<Engine> as Engine,
  };
  return fake;
}
