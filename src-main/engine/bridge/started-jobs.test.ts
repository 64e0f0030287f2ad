import { describe, expect, it } from 'vitest';
import { LarderError } from '../../base/index.ts';
import { makeFakeEngine } from './fake-engine.ts';
import { StartedJobs } from './started-jobs.ts';

const never = (): Promise<never> => new Promise(() => undefined);

describe('jobs that windows start', () => {
  it('tells the number of the job as soon as it is a row, and only of its own', async () => {
    const fake = makeFakeEngine();
    const started = new StartedJobs(fake.engine).start({ command: 'verify', directory: '/cache', run: never });
    fake.emit({ type: 'jobStarted', jobId: 'other-command', command: 'fix', directory: '/cache' });
    fake.emit({ type: 'jobStarted', jobId: 'other-cache', command: 'verify', directory: '/elsewhere' });
    fake.emit({ type: 'jobStarted', jobId: 'mine', command: 'verify', directory: '/cache' });
    expect(await started).toEqual({ jobId: 'mine' });
  });

  it('passes on why no job began', async () => {
    const jobs = new StartedJobs(makeFakeEngine().engine);
    const refusal = new LarderError('CONFIG_INVALID', 'The config is wrong.');
    await expect(jobs.start({ command: 'generate', run: () => Promise.reject(refusal) })).rejects.toBe(refusal);
  });

  it('stops what is under way when it closes, and waits for it', async () => {
    const fake = makeFakeEngine();
    const jobs = new StartedJobs(fake.engine);
    let ended = false;
    const started = jobs.start({
      command: 'verify',
      run: (signal) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => setTimeout(() => ((ended = true), reject(new Error('stopped'))), 20));
        }),
    });
    fake.emit({ type: 'jobStarted', jobId: 'mine', command: 'verify', directory: '/cache' });
    await started;
    await jobs.close();
    expect(ended).toBe(true);
  });
});
