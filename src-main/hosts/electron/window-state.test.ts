import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WindowState } from './window-state.ts';
import { fittingBounds, hasPositions, readWindowState, writeWindowState } from './window-state.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'larder-window-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** Larger than JavaScript counts one by one, as the ids of some displays are. */
const BIG_ID = 2 ** 55;
const PLACED: WindowState = { size: { width: 1200, height: 800 }, place: { displayId: BIG_ID, x: -10, y: 20 }, isMaximized: true };
const LEFT = { id: 1, workArea: { x: 0, y: 0, width: 1920, height: 1050 } };
const RIGHT = { id: BIG_ID, workArea: { x: 1920, y: 0, width: 1280, height: 1000 } };

describe('how the window was left', () => {
  it.each<[string, WindowState]>([
    ['with its place', PLACED],
    ['without one', { size: { width: 1200, height: 800 }, isMaximized: false }],
  ])('is found again %s', async (_name, state) => {
    const path = join(folder, 'window.json');
    await rm(path, { force: true });
    expect(readWindowState(path)).toBeUndefined();
    writeWindowState(path, state);
    expect(readWindowState(path)).toEqual(state);
  });

  it.each(['', '{', 'null', '{"size":{"width":0,"height":1},"isMaximized":false}', '{"size":{"width":1e99,"height":1},"isMaximized":false}', '{"size":{"width":900,"height":600},"place":{"x":0,"y":0},"isMaximized":false}', '{"bounds":{"x":0,"y":0,"width":900,"height":600},"isMaximized":false}'])('is forgotten when the file says %j', async (text) => {
    const path = join(folder, 'broken.json');
    await writeFile(path, text);
    expect(readWindowState(path)).toBeUndefined();
  });
});

describe('where it opens', () => {
  const at = (displayId: number, x: number, y: number, width: number, height: number): WindowState => ({ size: { width, height }, place: { displayId, x, y }, isMaximized: false });
  it.each([
    ['where it was', at(1, 10, 20, 1200, 800), [LEFT, RIGHT], { x: 10, y: 20, width: 1200, height: 800 }],
    ['on the second display', at(BIG_ID, 2000, 20, 1200, 800), [LEFT, RIGHT], { x: 2000, y: 20, width: 1200, height: 800 }],
    // (1920 - 1200) / 2 and (1050 - 800) / 2
    ['in the middle of the primary one, when its display is gone', at(BIG_ID, 2000, 20, 1200, 800), [LEFT], { x: 360, y: 125, width: 1200, height: 800 }],
    ['there too when another display has taken that place', at(7, 2000, 20, 1200, 800), [LEFT, RIGHT], { x: 360, y: 125, width: 1200, height: 800 }],
    // 1920 + (1280 - 1200) / 2 and (1000 - 800) / 2
    ['in the middle of its own, when only a corner would show', at(BIG_ID, 3100, 900, 1200, 800), [LEFT, RIGHT], { x: 1960, y: 100, width: 1200, height: 800 }],
    ['no larger than the display', at(BIG_ID, 1920, 0, 3000, 2000), [LEFT, RIGHT], { x: 1920, y: 0, width: 1280, height: 1000 }],
    ['in the middle, when it was left under Wayland', { size: { width: 1200, height: 800 }, isMaximized: false }, [LEFT, RIGHT], { x: 360, y: 125, width: 1200, height: 800 }],
  ])('%s', (_name, state, displays, expected) => expect(fittingBounds(state, displays, LEFT)).toEqual(expected));

  it('where the system likes, when windows have no positions, and no larger than any display', () => {
    expect(fittingBounds(at(1, 10, 20, 1200, 800), [LEFT, RIGHT], undefined)).toEqual({ width: 1200, height: 800 });
    expect(fittingBounds(at(1, 10, 20, 3000, 2000), [LEFT, RIGHT], undefined)).toEqual({ width: 1920, height: 1050 });
  });
});

describe('windows have positions', () => {
  it.each<[string, NodeJS.Platform, Record<string, string>, string, boolean]>([
    ['on macOS', 'darwin', {}, '', true],
    ['on Windows', 'win32', { WAYLAND_DISPLAY: 'wayland-0' }, '', true],
    ['under X11', 'linux', { XDG_SESSION_TYPE: 'x11', DISPLAY: ':0', WAYLAND_DISPLAY: '' }, '', true],
    ['not under Wayland by its session', 'linux', { XDG_SESSION_TYPE: 'wayland', DISPLAY: ':0' }, '', false],
    ['not under Wayland by its socket', 'linux', { WAYLAND_DISPLAY: 'wayland-0' }, '', false],
    ['under Wayland with X11 asked for', 'linux', { XDG_SESSION_TYPE: 'wayland' }, 'x11', true],
    ['not with Wayland asked for', 'linux', { XDG_SESSION_TYPE: 'x11' }, 'wayland', false],
  ])('%s', (_name, platform, environment, ozonePlatform, expected) => expect(hasPositions({ platform, environment, ozonePlatform })).toBe(expected));
});
