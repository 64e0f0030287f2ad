import { readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';

export interface Position {
  readonly x: number;
  readonly y: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

export type Rectangle = Position & Size;

/** A display, and what of it is free of task bars. */
export interface DisplayArea {
  readonly id: number;
  readonly workArea: Rectangle;
}

const windowState = z.strictObject({
  size: z.strictObject({ width: z.int().min(1), height: z.int().min(1) }),
  /** Left out where the system tells none. Ids of displays are whole numbers larger than JavaScript counts exactly. */
  place: z.strictObject({ displayId: z.number(), x: z.int(), y: z.int() }).exactOptional(),
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

export interface PlaceTold {
  readonly platform: NodeJS.Platform;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Value of the switch `--ozone-platform`; empty where it was not given. */
  readonly ozonePlatform: string;
}

/**
 * Whether windows have positions. Under Wayland they have none that an app learns or sets: what is told instead, mostly 0, 0,
 * would be taken for one at the next start under X11.
 */
export function hasPositions({ platform, environment, ozonePlatform }: PlaceTold): boolean {
  if (platform !== 'linux') return true;
  if (ozonePlatform !== '') return ozonePlatform !== 'wayland';
  return environment['XDG_SESSION_TYPE'] !== 'wayland' && (environment['WAYLAND_DISPLAY'] ?? '') === '';
}

/** So much of the window has to be on its display for a person to find and move it, px. */
const VISIBLE_WIDTH = 200;
const VISIBLE_HEIGHT = 100;

/**
 * Bounds to open with, no larger than the display they are on: where the window was, if its display is there and it could be seen
 * on it; in the middle of that display, if it could not; in the middle of the primary one, if its own is gone.
 *
 * @param primary undefined where windows have no positions
 */
export function fittingBounds({ size, place }: WindowState, displays: readonly DisplayArea[], primary: DisplayArea | undefined): Size & Partial<Position> {
  if (primary === undefined) return fitInto(size, { width: Math.max(...displays.map(({ workArea }) => workArea.width)), height: Math.max(...displays.map(({ workArea }) => workArea.height)) });
  const own = place === undefined ? undefined : displays.find(({ id }) => id === place.displayId);
  const { workArea } = own ?? primary;
  const fitting = fitInto(size, workArea);
  const isSeen = place !== undefined && own !== undefined && overlap(place.x, size.width, workArea.x, workArea.width) >= VISIBLE_WIDTH && overlap(place.y, size.height, workArea.y, workArea.height) >= VISIBLE_HEIGHT;
  return isSeen ? { x: place.x, y: place.y, ...fitting } : { ...centre(fitting, workArea), ...fitting };
}

function fitInto(size: Size, area: Size): Size {
  return { width: Math.min(size.width, area.width), height: Math.min(size.height, area.height) };
}

function centre(size: Size, area: Rectangle): Position {
  return { x: area.x + Math.floor((area.width - size.width) / 2), y: area.y + Math.floor((area.height - size.height) / 2) };
}

/** Length that two intervals share. */
function overlap(a: number, aLength: number, b: number, bLength: number): number {
  return Math.min(a + aLength, b + bLength) - Math.max(a, b);
}
