import { EventEmitter } from 'node:events';
import { describe, expect, it, vi } from 'vitest';
import type { PowerMonitorPart } from './electron-parts.ts';
import type { Calls } from './fake-electron.ts';
import { makeFakeApp } from './fake-electron.ts';
import { quitWithSession } from './quit.ts';

function setUp(count: number) {
  const calls: Calls = [];
  const { app, events } = makeFakeApp(calls);
  const power = new EventEmitter();
  const window = new EventEmitter();
  const onEnding = vi.fn();
  quitWithSession({ app, powerMonitor: power as unknown as PowerMonitorPart, jobs: { count }, onEnding });
  events.emit('browser-window-created', {}, window);
  return { calls, power, window, onEnding };
}

describe('the end of the session', () => {
  it('quits in good order, once, when the system shuts down', () => {
    const { calls, power, onEnding } = setUp(1);
    power.emit('shutdown');
    power.emit('shutdown');
    expect(calls).toEqual([['quit']]);
    expect(onEnding).toHaveBeenCalledTimes(1);
  });

  it.each([
    [0, 0],
    [2, 1],
  ])('with %i jobs holds a log-off of Windows back %i times', (count, held) => {
    const { calls, window, onEnding } = setUp(count);
    const event = { preventDefault: vi.fn() };
    window.emit('query-session-end', event);
    window.emit('session-end', {});
    expect(event.preventDefault).toHaveBeenCalledTimes(held);
    expect(calls).toEqual([['quit']]);
    expect(onEnding).toHaveBeenCalledTimes(1);
  });
});
