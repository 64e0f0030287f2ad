import type Electron from 'electron';
import { EventEmitter } from 'node:events';
import { expect, it } from 'vitest';
import type { EngineEvent } from '../../contract/events.ts';
import type { Engine, RunningJobs } from '../../engine/index.ts';
import type { DesktopParts } from './electron-parts.ts';
import { dot, showJobsOutside } from './job-presence.ts';

function setUp(platform: NodeJS.Platform, running: { count: number }) {
  const calls: unknown[][] = [];
  const app = new EventEmitter();
  let emit: (event: EngineEvent) => void = () => undefined;
  const note =
    (name: string) =>
    (...rest: unknown[]) =>
      void calls.push([name, ...rest]);
  const parts = { app: Object.assign(app, { setBadgeCount: note('badge') }), powerSaveBlocker: { start: () => 1, stop: () => undefined }, Notification: { isSupported: () => false }, nativeImage: { createFromBitmap: (_bitmap: Buffer, size: unknown) => ['image', size] } };
  const window = { setProgressBar: note('bar'), setOverlayIcon: note('overlay'), isFocused: () => false };
  const engine = { library: () => [], onEvent: (listener: (event: EngineEvent) => void) => ((emit = listener), () => undefined) };
  const jobs = { get count() { return running.count; }, ended: () => ({ command: 'generate', directory: '/c' }) }; // prettier-ignore
  showJobsOutside({ parts: parts as unknown as DesktopParts, platform, engine: engine as unknown as Engine, jobs: jobs as unknown as RunningJobs, window: () => window as unknown as Electron.BrowserWindow, showWindow: () => undefined });
  return { calls, app, emit: (event: object) => emit(event as EngineEvent) };
}

it('the bar says when all that runs is paused, by the user or for want of space, and when it goes on', () => {
  const { calls, emit } = setUp('win32', { count: 2 });
  emit({ type: 'jobStarted', jobId: 'a' });
  emit({ type: 'jobPaused', jobId: 'a' });
  emit({ type: 'spaceRanOut', jobId: 'b' });
  emit({ type: 'jobContinued', jobId: 'a' });
  expect(calls.filter(([name]) => name === 'bar').map(([, , options]) => (options as { mode: string }).mode)).toEqual(['normal', 'normal', 'paused', 'normal']);
});

it.each([['win32', 2], ['linux', 0]] as const)('on %s what ended unseen is told by the badge and %i times by a dot over the icon, until somebody looks', (platform, dots) => {
  const { calls, app, emit } = setUp(platform, { count: 0 });
  emit({ type: 'jobEnded', jobId: 'a', state: 'succeeded', result: null });
  app.emit('browser-window-focus');
  expect(calls.filter(([name]) => name === 'badge')).toEqual([['badge', 1], ['badge', 0]]);
  const overlays = calls.filter(([name]) => name === 'overlay');
  expect(overlays).toHaveLength(dots);
  if (dots > 0) expect(overlays).toEqual([['overlay', ['image', { width: 16, height: 16 }], '1 ended'], ['overlay', null, '']]);
});

it('the dot is a filled circle with nothing in its corners', () => {
  const pixels = dot();
  expect(pixels.length).toBe(16 * 16 * 4);
  expect([...pixels.subarray(0, 4)]).toEqual([0, 0, 0, 0]);
  expect(pixels[(8 * 16 + 8) * 4 + 3]).toBe(255);
});
