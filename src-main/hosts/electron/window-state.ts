import { readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';

export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const windowState = z.strictObject({
  bounds: z.strictObject({ x: z.int(), y: z.int(), width: z.int().min(1), height: z.int().min(1) }),
  isMaximized: z.boolean(),
});

/** How the window was left. */
export type WindowState = z.infer<typeof windowState>;

/** @returns undefined where there is none yet, or none that can be read; it is only a convenience */
export function readWindowState(path: string): WindowState | undefined {
  try {
    return windowState.safeParse(JSON.parse(readFileSync(path, 'utf8'))).data;
  } catch {
    return undefined;
  }
}

/** Without waiting: the app may be ending. Half a file is forgotten like a broken one. */
export function writeWindowState(path: string, state: WindowState): void {
  writeFileSync(path, `${JSON.stringify(state)}\n`);
}

/** So much of the window has to be on a display for a person to find and move it, px. */
const VISIBLE_WIDTH = 200;
const VISIBLE_HEIGHT = 100;

/**
 * Bounds to open with: no larger than the display they are on, and without a position if that is on
 * no display any more. Wayland takes the size and ignores the position.
 *
 * @param areas work areas of the displays, primary first
 */
export function fittingBounds({ bounds }: WindowState, areas: readonly Rectangle[]): Partial<Rectangle> & Pick<Rectangle, 'width' | 'height'> {
  const home = areas.find((area) => overlap(bounds.x, bounds.width, area.x, area.width) >= VISIBLE_WIDTH && overlap(bounds.y, bounds.height, area.y, area.height) >= VISIBLE_HEIGHT);
  const area = home ?? areas[0] ?? bounds;
  const size = { width: Math.min(bounds.width, area.width), height: Math.min(bounds.height, area.height) };
  return home === undefined ? size : { x: bounds.x, y: bounds.y, ...size };
}

/** Length that two intervals share. */
function overlap(a: number, aLength: number, b: number, bLength: number): number {
  return Math.min(a + aLength, b + bLength) - Math.max(a, b);
}
