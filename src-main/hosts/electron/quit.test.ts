import { describe, expect, it, vi } from 'vitest';
import type { EngineEvent } from '../../contract/events.ts';
import type { Calls } from './fake-electron.ts';
import { makeFakeApp } from './fake-electron.ts';
import type { QuitOptions } from './quit.ts';
import { guardQuit } from './quit.ts';

function guard(response: number, isTest = false) {
  const calls: Calls = [];
  const { app, events } = makeFakeApp(calls);
  let emit: (event: EngineEvent) => void = () => undefined;
  const engine = { onEvent: (listener: typeof emit) => { emit = listener; return () => undefined; }, cancelJob: vi.fn(async () => undefined), close: vi.fn() };
  const showMessageBox = vi.fn(async () => ({ response, checkboxChecked: false }));
  guardQuit({ app, engine: engine as unknown as QuitOptions['engine'], dialog: { showMessageBox } as unknown as QuitOptions['dialog'], isTest });
  const quit = (): boolean => {
    const event = { preventDefault: vi.fn() };
    events.emit('before-quit', event);
    return event.preventDefault.mock.calls.length === 0;
  };
  return { calls, events, engine, showMessageBox, quit, start: () => emit({ type: 'jobStarted', jobId: 'a', command: 'generate', directory: '/c' }), end: () => emit({ type: 'jobEnded', jobId: 'a', state: 'succeeded', result: {} }) };
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
    const { quit, showMessageBox, engine, calls, start } = guard(1);
    start();
    expect(quit()).toBe(false);
    expect(quit()).toBe(false);
    await vi.waitFor(() => expect(showMessageBox).toHaveBeenCalledTimes(1));
    await new Promise((resolve) => setImmediate(resolve));
    expect(engine.cancelJob).not.toHaveBeenCalled();
    expect(calls).toEqual([]);
    expect(quit()).toBe(false);
    await vi.waitFor(() => expect(showMessageBox).toHaveBeenCalledTimes(2));
  });

  it.each([
    ['told to', 0, false, 1],
    ['it is a test', 1, true, 0],
  ])('stops the jobs first when %s, then quits for good', async (_name, response, isTest, questions) => {
    const { quit, showMessageBox, engine, calls, start } = guard(response, isTest);
    start();
    expect(quit()).toBe(false);
    await vi.waitFor(() => expect(calls).toEqual([['quit']]));
    expect(engine.cancelJob).toHaveBeenCalledWith('a', expect.any(AbortSignal));
    expect(showMessageBox).toHaveBeenCalledTimes(questions);
    expect(quit()).toBe(true);
  });
});
