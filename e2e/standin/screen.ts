import { strict } from './strict.ts';

interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface StandinDisplay {
  readonly id: number;
  readonly workArea: Rectangle;
}

/** Where a test names the displays, as JSON, the primary one first. */
export const DISPLAYS_VARIABLE = 'STANDIN_DISPLAYS';

const named = process.env[DISPLAYS_VARIABLE];
const displays: readonly StandinDisplay[] = named === undefined ? [{ id: 1, workArea: { x: 0, y: 0, width: 1920, height: 1050 } }] : (JSON.parse(named) as readonly StandinDisplay[]);

function shared({ workArea: area }: StandinDisplay, { x, y, width, height }: Rectangle): number {
  const across = Math.min(x + width, area.x + area.width) - Math.max(x, area.x);
  const down = Math.min(y + height, area.y + area.height) - Math.max(y, area.y);
  return Math.max(0, across) * Math.max(0, down);
}

export const screen = strict('screen', {
  getAllDisplays: () => displays,
  getPrimaryDisplay: () => displays[0]!,
  /** The one with most of the rectangle on it. */
  getDisplayMatching: (rectangle: Rectangle) => displays.reduce((best, display) => (shared(display, rectangle) > shared(best, rectangle) ? display : best)),
});
