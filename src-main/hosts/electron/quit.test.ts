import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { JobSummary } from '../../contract/commands.ts';
import type { EngineEvent } from '../../contract/events.ts';
import type { Calls } from './fake-electron.ts';
import { makeFakeApp } from './fake-electron.ts';
import type { QuitOptions } from './quit.ts';
import { RunningJobs } from '../../engine/index.ts';
import { guardQuit } from './quit.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'larder-quit-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

function guard(response: number, canAsk = true) {
  const calls: Calls = [];
  let state: JobSummary['state'] = 'running';
  const { app, events } = makeFakeApp(calls);
  let emit: (event: EngineEvent) => void = () => undefined;
  const engine = { onEvent: (listener: typeof emit) => { emit = listener; return () => undefined; }, close: vi.fn(), job: () => ({ state }) as JobSummary };
  const bridge = { close: vi.fn(async () => undefined) };
  const showMessageBox = vi.fn(async () => ({ response, checkboxChecked: false }));
  const resumePath = join(folder, 'resume.json');
  guardQuit({ app, engine, bridge, jobs: new RunningJobs(engine), resumePath, dialog: { showMessageBox } as unknown as QuitOptions['dialog'], canAsk: () => canAsk });
  const quit = (): boolean => {
    const event = { preventDefault: vi.fn() };
    events.emit('before-quit', event);
    return event.preventDefault.mock.calls.length === 0;
  };
  return { calls, events, engine, bridge, resumePath, showMessageBox, quit, pause: () => (state = 'paused'), start: () => emit({ type: 'jobStarted', jobId: 'a', command: 'generate', directory: '/c' }), end: () => emit({ type: 'jobEnded', jobId: 'a', state: 'succeeded', result: {} }) };
}

describe('quitting', () => {
  it('asks nothing when nothing runs, and closes the catalog at the end', () => {
    const { quit, events, engine, showMessageBox, start, end } = guard(1);
    expect(quit()).toBe(true);
    start();
    end();
    expect(quit()).toBe(true);
    expect(showMessageBox).not.toHaveBeenCalled();
    events.emit('will-quit');
    expect(engine.close).toHaveBeenCalledTimes(1);
  });

  it('asks once while a job runs, and stays if told to', async () => {
    const { quit, showMessageBox, bridge, calls, start } = guard(1);
    start();
    expect(quit()).toBe(false);
    expect(quit()).toBe(false);
    await vi.waitFor(() => expect(showMessageBox).toHaveBeenCalledTimes(1));
    await new Promise((resolve) => setImmediate(resolve));
    expect(bridge.close).not.toHaveBeenCalled();
    expect(calls).toEqual([]);
    expect(quit()).toBe(false);
    await vi.waitFor(() => expect(showMessageBox).toHaveBeenCalledTimes(2));
  });

  it.each([
    ['told to', 0, true, 1],
    ['nobody could see a question', 1, false, 0],
  ])('stops the jobs first when %s, then quits for good', async (_name, response, canAsk, questions) => {
    const { quit, showMessageBox, bridge, resumePath, calls, start } = guard(response, canAsk);
    start();
    expect(quit()).toBe(false);
    await vi.waitFor(() => expect(calls).toEqual([['quit']]));
    expect(bridge.close).toHaveBeenCalledTimes(1);
    expect(JSON.parse(await readFile(resumePath, 'utf8'))).toEqual(['a']);
    expect(showMessageBox).toHaveBeenCalledTimes(questions);
    expect(quit()).toBe(true);
  });

  it('says that a job is paused, and keeps that it is', async () => {
    const { quit, showMessageBox, resumePath, calls, start, pause } = guard(0);
    start();
    pause();
    quit();
    await vi.waitFor(() => expect(calls).toEqual([['quit']]));
    expect(showMessageBox).toHaveBeenCalledWith(expect.objectContaining({ message: 'A job is paused.', detail: 'What is finished is kept. It stays paused when Larder is started again.' }));
    expect(JSON.parse(await readFile(resumePath, 'utf8'))).toContainEqual({ id: 'a', isPaused: true });
  });
});
