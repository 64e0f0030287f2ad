import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LarderError } from '../../base/index.ts';
import type { EngineEvent } from '../../contract/events.ts';
import type { UpdateMessage } from '../../contract/methods.ts';
import { DEFAULT_SETTINGS } from '../../contract/settings.ts';
import { FAKE_CACHE, fakeJob, makeFakeEngine } from './fake-engine.ts';
import { createBridge } from './session.ts';

const INFO = { version: '1', host: 'server', platform: 'linux' } as const;

function progress(jobId: string, elapsedSeconds: number): EngineEvent {
  return { type: 'jobProgressed', jobId, progress: { stages: [], elapsedSeconds, workers: 1 } };
}

function open(onSettings?: () => void) {
  const fake = makeFakeEngine();
  const sent: UpdateMessage[] = [];
  const faults: unknown[] = [];
  const bridge = createBridge({ engine: fake.engine, info: INFO, onFault: (_id, error) => faults.push(error), ...(onSettings === undefined ? {} : { onSettings }) });
  const session = bridge.open((message) => sent.push(message));
  return { fake, bridge, session, sent, faults, types: () => sent.map(({ payload }) => payload.type) };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('a session', () => {
  it('says nothing until it is asked, then begins with a snapshot and counts on', () => {
    const { session, sent, fake } = open();
    vi.advanceTimersByTime(2_000);
    expect(sent).toEqual([]);
    session.subscribe();
    expect(sent).toEqual([{ topic: 'update', seq: 0, payload: { type: 'snapshot', snapshot: { library: [FAKE_CACHE], jobs: [], settings: DEFAULT_SETTINGS, found: {} } } }]);
    fake.jobs = [fakeJob('a')];
    vi.advanceTimersByTime(1_000);
    expect(sent.slice(1)).toEqual([
      { topic: 'update', seq: 1, payload: { type: 'jobs', jobs: [fakeJob('a')] } },
      { topic: 'update', seq: 2, payload: { type: 'cacheChanged', directory: FAKE_CACHE.directory } },
    ]);
    session.close();
  });

  it('takes what ends with the engine for no fault, and tells of every other one', async () => {
    const { session, fake, faults } = open();
    session.subscribe();
    const library = vi.spyOn(fake.engine, 'loadLibrary').mockRejectedValue(new LarderError('CANCELLED', 'The operation was cancelled.'));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(library).toHaveBeenCalled();
    expect(faults).toEqual([]);
    const broken = new Error('broken');
    library.mockRejectedValue(broken);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(faults[0]).toBe(broken);
    session.close();
  });

  it('sends the progress of a job ten times a second at most, the last value each time', () => {
    const { session, sent, fake } = open();
    session.subscribe();
    for (let ms = 0; ms < 1_000; ms += 5) {
      fake.emit(progress('a', ms));
      vi.advanceTimersByTime(5);
    }
    const batches = sent.slice(1).map(({ payload }) => (payload.type === 'events' ? payload.events : []));
    expect(batches.length).toBeLessThanOrEqual(10);
    expect(batches.length).toBeGreaterThanOrEqual(9);
    expect(batches.every((batch) => batch.length === 1)).toBe(true);
    // The first value opens a tenth of a second; the one 95 ms later is its last.
    expect(batches[0]).toEqual([progress('a', 95)]);
    session.close();
  });

  it('tells beginning and end at once, the last progress before the end, and the rows with them', () => {
    const { session, sent, fake, types } = open();
    session.subscribe();
    fake.jobs = [fakeJob('a')];
    fake.emit({ type: 'jobStarted', jobId: 'a', command: 'generate', directory: FAKE_CACHE.directory });
    expect(types().toSorted()).toEqual(['cacheChanged', 'events', 'jobs', 'snapshot']);
    fake.emit(progress('a', 1));
    fake.jobs = [fakeJob('a', { state: 'succeeded' })];
    const ended: EngineEvent = { type: 'jobEnded', jobId: 'a', state: 'succeeded', result: {} };
    fake.emit(ended);
    const events = sent.flatMap(({ payload }) => (payload.type === 'events' ? payload.events : []));
    expect(events.slice(1)).toEqual([progress('a', 1), ended]);
    expect(sent.map(({ seq }) => seq)).toEqual(sent.map((_message, i) => i));
    session.close();
  });

  it('tells settings that changed, within a second, whoever changed them', () => {
    const { session, sent, fake } = open();
    session.subscribe();
    fake.settings = { ...DEFAULT_SETTINGS, theme: 'dark' };
    vi.advanceTimersByTime(1_000);
    expect(sent.slice(1).map(({ payload }) => payload)).toEqual([{ type: 'settings', settings: fake.settings }]);
    session.close();
  });

  it('tells its host of settings that changed too, once for each change, whoever changed them', () => {
    const themes: string[] = [];
    const { session, fake } = open(() => themes.push(fake.settings.theme));
    fake.settings = { ...DEFAULT_SETTINGS, theme: 'dark' };
    session.subscribe();
    expect(themes, 'what they are at the start').toEqual(['dark']);
    fake.settings = DEFAULT_SETTINGS;
    vi.advanceTimersByTime(2_000);
    expect(themes, 'by another process').toEqual(['dark', 'system']);
    session.close();
  });

  it('begins with what a running job has found before, and goes on with what it finds', () => {
    const { bridge, fake } = open();
    const found = (key: string): EngineEvent => ({ type: 'findingFound', jobId: 'a', finding: { code: 'crc-mismatch', severity: 'error', key, message: key } });
    for (let i = 0; i < 30; i++) fake.emit(found(`k${i}`));
    const late: UpdateMessage[] = [];
    const session = bridge.open((message) => late.push(message));
    session.subscribe();
    const [first] = late;
    const groups = first?.payload.type === 'snapshot' ? first.payload.snapshot.found['a']! : [];
    expect(groups).toMatchObject([{ code: 'crc-mismatch', severity: 'error', count: 30 }]);
    expect([groups[0]!.newest.length, groups[0]!.newest[0]!.key]).toEqual([20, 'k29']);
    fake.emit(found('later'));
    vi.advanceTimersByTime(100);
    expect(late.slice(1).map(({ payload }) => payload)).toEqual([{ type: 'events', events: [found('later')] }]);
    fake.emit({ type: 'jobEnded', jobId: 'a', state: 'succeeded', result: {} });
    session.subscribe();
    expect(late.at(-1)?.payload).toMatchObject({ type: 'snapshot', snapshot: { found: {} } });
    session.close();
  });

  it('tells what a job of another process finds while it runs, to windows that come later too; what its own jobs find once', () => {
    const { bridge, fake } = open();
    const found = (jobId: string, key: string): EngineEvent => ({ type: 'findingFound', jobId, finding: { code: 'crc-mismatch', severity: 'error', key, message: key } });
    fake.jobs = [fakeJob('theirs', { command: 'verify' })];
    fake.logged = [{ type: 'jobStarted', jobId: 'theirs', command: 'verify', directory: '/c' }, found('theirs', 'a')];
    const told: UpdateMessage[] = [];
    const session = bridge.open((message) => told.push(message));
    session.subscribe();
    expect(told[0]?.payload).toMatchObject({ type: 'snapshot', snapshot: { found: { theirs: [{ code: 'crc-mismatch', count: 1 }] } } });
    fake.logged = [found('theirs', 'b'), { type: 'jobPaused', jobId: 'theirs' }];
    vi.advanceTimersByTime(1_000);
    expect(told.slice(1).map(({ payload }) => payload)).toEqual([{ type: 'events', events: [found('theirs', 'b')] }]);
    session.subscribe();
    expect(told.at(-1)?.payload).toMatchObject({ type: 'snapshot', snapshot: { found: { theirs: [{ count: 2 }] } } });
    fake.jobs = [];
    vi.advanceTimersByTime(1_000);
    session.subscribe();
    expect(told.at(-1)?.payload).toMatchObject({ type: 'snapshot', snapshot: { found: {} } });
    // A job of this engine writes the same log, which is not read then.
    fake.emit({ type: 'jobStarted', jobId: 'own', command: 'verify', directory: '/c' });
    fake.jobs = [fakeJob('own', { command: 'verify' })];
    fake.logged = [found('own', 'c')];
    vi.advanceTimersByTime(1_000);
    expect(fake.logged).toHaveLength(1);
    session.close();
  });

  it('tells a library that changed, within five seconds or as soon as a job moves', () => {
    const { session, fake, types } = open();
    session.subscribe();
    fake.library = [{ ...FAKE_CACHE, present: 4 }];
    vi.advanceTimersByTime(6_000);
    expect(types()).toEqual(['snapshot', 'library', 'cacheChanged']);
    fake.library = [];
    fake.jobs = [fakeJob('a')];
    vi.advanceTimersByTime(1_000);
    expect(types()).toEqual(['snapshot', 'library', 'cacheChanged', 'jobs', 'cacheChanged', 'library']);
    session.close();
  });

  it('tells what happens in a job to windows that follow it, a few times a second, and to no other', async () => {
    const { bridge, session, sent, fake } = open();
    const other: UpdateMessage[] = [];
    bridge.open((message) => other.push(message)).subscribe();
    session.subscribe();
    fake.jobs = [fakeJob('a')];
    fake.emit({ type: 'jobStarted', jobId: 'a', command: 'generate', directory: FAKE_CACHE.directory });
    const paused: EngineEvent = { type: 'jobPaused', jobId: 'a' };
    const failed = (name: string): EngineEvent => ({ type: 'itemFailed', jobId: 'a', key: name, name, attempts: 1, error: { code: 'IO_FAILED', message: 'x' } });
    fake.logged = [paused];
    expect(await session.call('jobs.follow', { jobId: 'a' })).toEqual({ ok: true, value: null });
    expect(sent.at(-1)?.payload).toMatchObject({ type: 'jobDetail', detail: { job: { id: 'a' }, failures: [], log: [{ event: paused }] } });
    const before = sent.length;
    for (let i = 0; i < 50; i++) {
      fake.logged.push(failed(`n${i % 10}`));
      fake.emit(failed(`n${i % 10}`));
      vi.advanceTimersByTime(10);
    }
    const news = sent.slice(before).flatMap(({ payload }) => (payload.type === 'jobLogged' ? [payload] : []));
    expect(news).toHaveLength(2);
    expect(news.flatMap(({ log }) => log)).toHaveLength(50);
    expect(news.flatMap(({ failures }) => failures.map(({ name }) => name))).toEqual(Array.from({ length: 10 }, (_, i) => `n${i}`));
    expect(other.map(({ payload }) => payload.type).toSorted()).toEqual(['cacheChanged', 'events', 'jobs', 'snapshot']);
    fake.jobs = [fakeJob('a', { state: 'succeeded', endedAtMs: 9 })];
    fake.emit({ type: 'jobEnded', jobId: 'a', state: 'succeeded', result: {} });
    vi.advanceTimersByTime(250);
    expect(sent.at(-1)?.payload).toMatchObject({ type: 'jobDetail', detail: { job: { state: 'succeeded' } } });
    session.close();
  });

  it('tells nothing more of a job that is not followed any more, and follows one only within its subscription', async () => {
    const { session, sent, fake } = open();
    session.subscribe();
    fake.jobs = [fakeJob('a')];
    fake.emit({ type: 'jobStarted', jobId: 'a', command: 'generate', directory: FAKE_CACHE.directory });
    await session.call('jobs.follow', { jobId: 'a' });
    await session.call('jobs.unfollow', { jobId: 'a' });
    fake.logged = [{ type: 'jobPaused', jobId: 'a' }];
    vi.advanceTimersByTime(2_000);
    expect(fake.logged).toHaveLength(1);
    await session.call('jobs.follow', { jobId: 'a' });
    session.unsubscribe();
    fake.emit({ type: 'jobPaused', jobId: 'a' });
    const before = sent.length;
    vi.advanceTimersByTime(2_000);
    expect([sent.length, vi.getTimerCount()]).toEqual([before, 0]);
    expect(await session.call('jobs.follow', { jobId: 'nobody' })).toMatchObject({ ok: false });
  });

  it('begins anew with seq 0 when asked again, without doubling anything', () => {
    const { session, sent, fake } = open();
    session.subscribe();
    session.subscribe();
    expect(sent.map(({ seq }) => seq)).toEqual([0, 0]);
    fake.emit({ type: 'noticed', message: 'x' });
    vi.advanceTimersByTime(100);
    expect(sent).toHaveLength(3);
    session.close();
  });

  it('is silent once closed, and leaves no timer behind', () => {
    const { session, sent, fake } = open();
    session.subscribe();
    fake.emit(progress('a', 1));
    session.close();
    session.subscribe();
    fake.jobs = [fakeJob('a')];
    vi.advanceTimersByTime(10_000);
    expect(sent).toHaveLength(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('tries again when the catalog could not be read', () => {
    const { session, sent, fake, faults } = open();
    const busy = new Error('database is locked');
    const { library } = fake.engine;
    Object.assign(fake.engine, { library: () => { throw busy; } });
    session.subscribe();
    expect(sent).toEqual([]);
    expect(faults).toContain(busy);
    Object.assign(fake.engine, { library });
    vi.advanceTimersByTime(1_000);
    expect(sent.map(({ payload }) => payload.type)).toContain('snapshot');
    session.close();
  });

  it('refuses more than 32 calls at once, and answers again when some are done', async () => {
    const { session, fake } = open();
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    Object.assign(fake.engine, { refresh: () => held });
    const calls = Array.from({ length: 32 }, () => session.call('cache.refresh', { cacheId: 7 }));
    expect(await session.call('app.info', {})).toMatchObject({ ok: false, error: { code: 'RATE_LIMITED' } });
    release();
    await Promise.all(calls);
    expect(await session.call('app.info', {})).toMatchObject({ ok: true });
  });

  it('cancels what is under way when it ends', async () => {
    const { session, fake } = open();
    let given: AbortSignal | undefined;
    Object.assign(fake.engine, { refresh: (_cacheId: number, signal: AbortSignal) => { given = signal; return Promise.resolve(); } });
    await session.call('cache.refresh', { cacheId: 7 });
    session.close();
    expect(given?.aborted).toBe(true);
  });
});
