import type { View } from './volume-scene.ts';

export type ViewerAction = { readonly type: 'view'; readonly view: View } | { readonly type: 'reset' } | { readonly type: 'move'; readonly steps: readonly [number, number, number] };

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
export function actionOf(key: string, isShift: boolean): ViewerAction | undefined {
  const view = (Object.keys(VIEW_KEYS) as View[]).find((name) => VIEW_KEYS[name] === key);
  if (view !== undefined) return { type: 'view', view };
  if (key === 'r' || key === 'R') return { type: 'reset' };
  const steps = STEPS[key];
  if (steps === undefined) return undefined;
  const factor = isShift ? FAR : 1;
  return { type: 'move', steps: [steps[0] * factor, steps[1] * factor, steps[2] * factor] };
}
