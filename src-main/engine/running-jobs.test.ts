import { describe, expect, it } from 'vitest';
import type { EngineEvent } from '../contract/events.ts';
import { LarderError } from '../base/index.ts';
import type { Engine } from './engine.ts';
import { RunningJobs } from './running-jobs.ts';

function make(state: () => string = () => 'running') {
  let emit: (event: EngineEvent) => void = () => undefined;
  const jobs = new RunningJobs({ onEvent: (listener) => ((emit = listener), () => undefined), job: () => ({ state: state() }) as ReturnType<Engine['job']> });
  const tell = (type: EngineEvent['type']): void => emit({ type, jobId: 'a', command: 'generate', directory: '/c' } as unknown as EngineEvent);
  tell('jobStarted');
  return { jobs, tell };
}

describe('what is kept of running jobs', () => {
  it.each([
    ['one that runs goes on', [], false],
    ['one that was paused is held', ['jobPaused'], true],
    ['one that was let go on is not', ['jobPaused', 'jobContinued'], false],
    ['one that waits for room is not held', ['spaceRanOut', 'jobPaused'], false],
    ['one that was held before the room ran out is', ['jobPaused', 'spaceRanOut'], true],
    ['one that is held after there was room again is', ['spaceRanOut', 'jobPaused', 'jobContinued', 'jobPaused'], true],
  ] as const)('%s', (_name, events, isPaused) => {
    const { jobs, tell } = make();
    for (const event of events) tell(event);
    expect(jobs.kept).toEqual([{ id: 'a', isPaused }]);
  });

  it('believes the row before the process has heard of it', () => {
    expect(make(() => 'paused').jobs.kept).toEqual([{ id: 'a', isPaused: true }]);
    const { jobs, tell } = make(() => 'paused');
    tell('spaceRanOut');
    expect(jobs.kept).toEqual([{ id: 'a', isPaused: false }]);
  });

  it('goes on with a job whose row cannot be read', () => {
    const { jobs } = make(() => {
      throw new LarderError('JOB_NOT_FOUND', 'a');
    });
    expect(jobs.kept).toEqual([{ id: 'a', isPaused: false }]);
  });

  it('forgets what has ended', () => {
    const { jobs, tell } = make();
    tell('jobEnded');
    expect([jobs.count, jobs.kept]).toEqual([0, []]);
  });
});
