import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fittingBounds, readWindowState, writeWindowState } from './window-state.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'larder-window-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

const STATE = { bounds: { x: 10, y: 20, width: 1200, height: 800 }, isMaximized: true };
const LEFT = { x: 0, y: 0, width: 1920, height: 1050 };
const RIGHT = { x: 1920, y: 0, width: 1280, height: 1000 };

describe('how the window was left', () => {
  it('is found again', async () => {
    const path = join(folder, 'window.json');
    expect(readWindowState(path)).toBeUndefined();
    writeWindowState(path, STATE);
    expect(readWindowState(path)).toEqual(STATE);
  });

  it.each(['', '{', 'null', '{"bounds":{"x":0,"y":0,"width":0,"height":1},"isMaximized":false}', '{"bounds":{"x":0,"y":0,"width":1e99,"height":1},"isMaximized":false}'])('is forgotten when the file says %j', async (text) => {
    const path = join(folder, 'broken.json');
    await writeFile(path, text);
    expect(readWindowState(path)).toBeUndefined();
  });
});

describe('where it opens', () => {
  it.each([
    ['where it was', { x: 10, y: 20, width: 1200, height: 800 }, [LEFT, RIGHT], { x: 10, y: 20, width: 1200, height: 800 }],
    ['on the second display', { x: 2000, y: 20, width: 1200, height: 800 }, [LEFT, RIGHT], { x: 2000, y: 20, width: 1200, height: 800 }],
    ['where the system likes, when that display is gone', { x: 2000, y: 20, width: 1200, height: 800 }, [LEFT], { width: 1200, height: 800 }],
    ['where the system likes, when only a corner would show', { x: 1800, y: 1000, width: 1200, height: 800 }, [LEFT], { width: 1200, height: 800 }],
    ['no larger than the display', { x: 1920, y: 0, width: 3000, height: 2000 }, [LEFT, RIGHT], { x: 1920, y: 0, width: 1280, height: 1000 }],
  ])('%s', (_name, bounds, areas, expected) => expect(fittingBounds({ bounds, isMaximized: false }, areas)).toEqual(expected));
});
