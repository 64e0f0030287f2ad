import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { EngineEvent } from '../../contract/events.ts';
import type { StageProgress } from '../../contract/progress.ts';
import { CacheChanges } from './cache-changes.ts';
import { FAKE_CACHE, fakeJob } from './fake-engine.ts';

const STAGE: StageProgress = { stage: 'verifying', done: 0, total: 9, failed: 0, bytesDone: 0, bytesTotal: 0, itemsPerSecond: 0, bytesPerSecond: 0, current: [] };
const progressed = (jobId: string, done: number): EngineEvent => ({ type: 'jobProgressed', jobId, progress: { stages: [{ ...STAGE, done }], elapsedSeconds: 1, workers: 1 } });
const started: EngineEvent = { type: 'jobStarted', jobId: 'a', command: 'verify', directory: '/c' };

function make(isHeard = true) {
  const told: string[] = [];
  const changes = new CacheChanges((directory) => told.push(directory));
  changes.setHeard(isHeard);
  return { changes, told };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('changes of caches', () => {
  it('are told once a second while a job works, and once after its end', () => {
    const { changes, told } = make();
    changes.addEvent(started);
    for (let done = 0; done < 50; done++) {
      changes.addEvent(progressed('a', done));
      vi.advanceTimersByTime(100);
    }
    expect(told.length).toBeGreaterThanOrEqual(5);
    expect(told.length).toBeLessThanOrEqual(6);
    changes.addEvent({ type: 'jobEnded', jobId: 'a', state: 'succeeded', result: {} });
    const before = told.length;
    vi.advanceTimersByTime(10_000);
    expect(told.length).toBe(before + 1);
  });

  it('are none while a job does nothing, and those of one cache do not hold up another', () => {
    const { changes, told } = make();
    changes.addEvent(started);
    vi.advanceTimersByTime(5_000);
    expect(told).toEqual(['/c']);
    for (let i = 0; i < 20; i++) changes.addEvent(progressed('a', 0));
    vi.advanceTimersByTime(5_000);
    expect(told).toEqual(['/c']);
    changes.touch('/c');
    changes.touch('/d');
    expect(told).toEqual(['/c', '/c', '/d']);
  });

  it('are seen in the rows of jobs that another process runs', () => {
    const { changes, told } = make();
    const job = (done: number) => fakeJob('b', { progress: { stages: [{ ...STAGE, done }], elapsedSeconds: done, workers: 1 } });
    changes.look([job(1)]);
    vi.advanceTimersByTime(2_000);
    changes.look([job(1)]);
    vi.advanceTimersByTime(2_000);
    changes.look([job(2)]);
    expect(told).toEqual([FAKE_CACHE.directory, FAKE_CACHE.directory]);
  });

  it('are told to nobody, and leave no timer behind, where nobody listens', () => {
    const { changes, told } = make(false);
    changes.touch('/c');
    changes.setHeard(true);
    changes.touch('/c');
    changes.touch('/c');
    changes.setHeard(false);
    vi.advanceTimersByTime(5_000);
    expect([told, vi.getTimerCount()]).toEqual([['/c'], 0]);
  });
});
