import type { KeyboardEvent } from 'react';
import type { View } from './volume-scene.ts';

type ViewerAction = { readonly type: 'view'; readonly view: View } | { readonly type: 'reset' } | { readonly type: 'move'; readonly steps: readonly [number, number, number] };

/** Keys of the views, as their buttons name them. */
export const VIEW_KEYS: Readonly<Record<View, string>> = { all: '0', axial: '1', coronal: '2', sagittal: '3', render: '4' };

const FAR = 10;

/** Steps towards R, A, S. Slices hang as radiologists have them: the patient's right is on the left. */
const STEPS: Readonly<Record<string, readonly [number, number, number]>> = {
  ArrowLeft: [1, 0, 0],
  ArrowRight: [-1, 0, 0],
  ArrowUp: [0, 1, 0],
  ArrowDown: [0, -1, 0],
  PageUp: [0, 0, 1],
  PageDown: [0, 0, -1],
};

/** What a key does while the picture has the focus; with Shift, steps are ten voxels. */
function actionOf(key: string, isShift: boolean): ViewerAction | undefined {
  const view = (Object.keys(VIEW_KEYS) as View[]).find((name) => VIEW_KEYS[name] === key);
  if (view !== undefined) return { type: 'view', view };
  if (key === 'r' || key === 'R') return { type: 'reset' };
  const steps = STEPS[key];
  if (steps === undefined) return undefined;
  const factor = isShift ? FAR : 1;
  return { type: 'move', steps: [steps[0] * factor, steps[1] * factor, steps[2] * factor] };
}

interface ViewerMoves {
  readonly onView: (view: View) => void;
  readonly onReset: () => void;
  /** Along R, A, S, in voxels. */
  readonly onMove: (right: number, anterior: number, superior: number) => void;
}

/** Does what a key in the picture means; others go on to the page. */
export function takeKey(event: KeyboardEvent, { onView, onReset, onMove }: ViewerMoves): void {
  if (event.ctrlKey || event.metaKey || event.altKey || !(event.target instanceof HTMLCanvasElement)) return;
  // NiiVue has keys of its own, which nobody would find here.
  if (event.key !== 'Tab') event.stopPropagation();
  const action = actionOf(event.key, event.shiftKey);
  if (action === undefined) return;
  event.preventDefault();
  if (action.type === 'view') onView(action.view);
  else if (action.type === 'reset') onReset();
  else onMove(...action.steps);
}
