import { tmpdir } from 'node:os';
import { describe, expect, it, vi } from 'vitest';
import type { EngineEvent } from '../contract/events.ts';
import { LarderError, onWake } from '../base/index.ts';
import type { EngineContext } from './context.ts';
import { runJob } from './run-job.ts';

const REQUEST = { command: 'verify', cacheId: 1, directory: '/c', arguments: {} } as const;

function make(beginsPaused: boolean) {
  const row = { state: 'running' };
  const events: EngineEvent[] = [];
  const jobs = {
    insert: (job: { state: string }) => (row.state = job.state),
    heartbeat: () => (row.state === 'cancelled' ? 'stopped' : row.state),
    update: (_id: string, change: { state: string }) => (row.state = change.state),
  };
  const context = { catalog: { jobs, caches: { list: () => [] } }, emit: (event: EngineEvent) => events.push(event), cwd: '/', ...(beginsPaused ? { beginsPaused } : {}) } as unknown as EngineContext;
  return { row, context, events, told: () => events.map(({ type }) => type).filter((type) => type !== 'jobProgressed') };
}

describe('a job', () => {
  it('that begins paused does nothing until it is let go on', async () => {
    const { row, context, told } = make(true);
    const work = vi.fn(async () => ({ entries: 3 }));
    const ended = runJob(context, REQUEST, new AbortController().signal, work);
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect([row.state, work.mock.calls.length, told()]).toEqual(['paused', 0, ['jobStarted', 'jobPaused']]);
    row.state = 'running';
    expect(await ended).toEqual({ entries: 3 });
    expect([row.state, told()]).toEqual(['succeeded', ['jobStarted', 'jobPaused', 'jobContinued', 'jobEnded']]);
  });

  it('lets go of all who listened to its signal, though the one it was given lives on', async () => {
    const { context } = make(false);
    const forever = new AbortController().signal;
    const heard: string[] = [];
    await runJob(context, REQUEST, forever, async ({ signal }) => {
      signal.addEventListener('abort', () => heard.push('the end'), { once: true });
      return {};
    });
    expect([heard, forever.aborted]).toEqual([['the end'], false]);
  });

  it('that begins paused can be cancelled', async () => {
    const { row, context } = make(true);
    const work = vi.fn(async () => ({}));
    const ended = runJob(context, REQUEST, new AbortController().signal, work);
    row.state = 'cancelled';
    await expect(ended).rejects.toMatchObject({ code: 'CANCELLED' });
    expect([row.state, work.mock.calls.length]).toEqual(['cancelled', 0]);
  });

  it.each([
    ['that waits for space is written down as done when its catalog has room again', true],
    ['that does not wait tells that its catalog has no room to say that it is done', false],
  ])('%s', async (_name, waitsForSpace) => {
    const { row, context, told } = make(false);
    const full = new LarderError('DISK_FULL', 'The disk is full: the catalog /d/catalog.sqlite could not be written.');
    const refusals = [full, full];
    const { update } = context.catalog.jobs;
    Object.assign(context.catalog.jobs, {
      update: (...change: Parameters<typeof update>) => {
        const refusal = refusals.shift();
        if (refusal !== undefined) throw refusal;
        update(...change);
      },
    });
    const work = vi.fn(async () => ({ entries: 3 }));
    const ended = runJob({ ...context, dataDirectory: tmpdir(), waitsForSpace }, REQUEST, new AbortController().signal, work);
    if (!waitsForSpace) {
      await expect(ended).rejects.toBe(full);
      return;
    }
    expect(await ended).toEqual({ entries: 3 });
    expect([row.state, work.mock.calls.length, told()]).toEqual(['succeeded', 1, ['jobStarted', 'spaceRanOut', 'spaceRanOut', 'jobEnded']]);
  }, 30_000);

  it('begins at once otherwise', async () => {
    const { row, context, told } = make(false);
    expect(await runJob(context, REQUEST, new AbortController().signal, async () => ({ state: row.state }))).toEqual({ state: 'running' });
    expect(told()).toEqual(['jobStarted', 'jobEnded']);
  });

  it('that slept through a night forecasts by the work, tells it in its log, and its downloads hear of it', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'] });
    const woken = vi.fn();
    const stop = onWake(woken);
    try {
      const { context, events } = make(false);
      let elapsed: readonly [number, number] = [0, 0];
      const ended = runJob(context, REQUEST, new AbortController().signal, async ({ meter }) => {
        const before = meter.snapshot().elapsedSeconds;
        vi.setSystemTime(Date.now() + 8 * 3_600_000);
        vi.advanceTimersByTime(1_000);
        elapsed = [before, meter.snapshot().elapsedSeconds];
        return {};
      });
      await ended;
      // The first reading after the night is where it ended; 0.8 s of the second that followed lie behind it.
      expect(elapsed).toEqual([0, 0.8]);
      expect(events.flatMap((event) => (event.type === 'noticed' ? [event.message] : []))).toEqual([expect.stringMatching(/^Nothing ran for 28800 s: the computer slept/)]);
      expect(woken).toHaveBeenCalledTimes(1);
    } finally {
      stop();
      vi.useRealTimers();
    }
  });
});
