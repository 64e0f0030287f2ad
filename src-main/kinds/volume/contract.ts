/** Words of the volume kind that both the engine and the pages know. Pure: no imports. */

/** Result dtypes of the cached tensor, by their numpy names (bfloat16 by PyTorch's). */
export const VOLUME_DTYPES = ['float32', 'float64', 'float16', 'bfloat16'] as const;
export type VolumeDtype = (typeof VOLUME_DTYPES)[number];

/** How entries are written: MONAI's own object graph, or plain tensors that load with `weights_only=True`. */
export const VOLUME_FORMATS = ['monai', 'tensor'] as const;
export type VolumeFormat = (typeof VOLUME_FORMATS)[number];

/**
 * Numeric parameters of the preprocessing pipeline, as the arithmetic uses them. How they were typed
 * (integer or float) decides the directory name and is kept apart, in the fingerprint.
 */
export interface VolumeParameters {
  /** mm per pipeline axis; shorter than the rank: last value repeated; an entry <= 0 keeps that axis' own spacing. */
  readonly targetSpacing: readonly number[];
  /** Voxels along pipeline axes 0, 1, 2, truncated to integers; an entry <= 0 keeps that axis' size. */
  readonly targetShape: readonly number[];
  /** Intensity window [aMin, aMax] in the units of the scan (HU for CT). */
  readonly aMin: number;
  readonly aMax: number;
  /** What aMin and aMax become; null where the YAML says null. */
  readonly bMin: number | null;
  readonly bMax: number | null;
  /** Wanted orientation, one letter per axis, e.g. `LPS`. */
  readonly axcodes: string;
  readonly dtype: VolumeDtype;
}
