import type { AxisPlan, VolumeGeometry } from './geometry.ts';

/** Plans of the file's axes 0, 1, 2, in that order. */
export type FileAxes = readonly [AxisPlan, AxisPlan, AxisPlan];

/**
 * True if the volume has to be brought into pipeline axis order before it is sheared: shear ties axis 0
 * to axes 1 and 2, so slices of other axes cannot be worked on one by one.
 */
export function isReordered(geometry: VolumeGeometry): boolean {
  return geometry.isSheared && geometry.axes.some((axis, k) => axis.fileAxis !== k);
}

/** Plans in the order in which slices come: file axis order, or pipeline order where reordered. */
export function toFileAxes(geometry: VolumeGeometry): FileAxes {
  const [a, b, c] = geometry.axes;
  if (isReordered(geometry)) return [asRead(a, 0), asRead(b, 1), asRead(c, 2)];
  const at = (f: number): AxisPlan => geometry.axes.find((axis) => axis.fileAxis === f)!;
  return [at(0), at(1), at(2)];
}

/** Pipeline axis of entry f of `toFileAxes`. */
export function pipelineAxisOf(geometry: VolumeGeometry, f: number): number {
  return isReordered(geometry) ? f : geometry.axes.findIndex((axis) => axis.fileAxis === f);
}

function asRead(axis: AxisPlan, fileAxis: number): AxisPlan {
  return { ...axis, fileAxis, isFlipped: false };
}

/**
 * Blending slices first does the in-plane work once per spaced slice, so where Spacing makes more slices
 * than there are, the plane goes first (at 5 mm to 1.5 mm it saves 40 % of that work). Shear ties the
 * in-plane positions to the spaced slice and rules it out.
 */
export function isPlaneFirst(geometry: VolumeGeometry): boolean {
  const [, , z] = toFileAxes(geometry);
  return geometry.isResampled && !geometry.isSheared && z.spacedSize > z.sourceSize;
}
