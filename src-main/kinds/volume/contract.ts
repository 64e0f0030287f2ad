import type { EntryStatistics } from '../../contract/entries.ts';
import type { Finding } from '../../contract/findings.ts';

/** Words of the volume kind that both the engine and the pages know. Pure: no imports but words of the contract. */

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

/** Finite values per bin, left edges inclusive, the last bin its right edge too. */
export interface VolumeHistogram {
  readonly min: number;
  readonly max: number;
  readonly counts: readonly number[];
  readonly below: number;
  readonly above: number;
}

/** How the array axes lie in space. */
export interface VolumeGeometry {
  /** mm per array axis. */
  readonly spacing: readonly number[];
  /** Where each array axis points to, nearest letter: `LPS`. */
  readonly orientation: string;
  /** All axes lie along world axes, none is oblique. */
  readonly isAligned: boolean;
}

/** What the file of a volume entry says about itself: `EntryDetail.fileFacts` of this kind. */
export interface VolumeFileFacts {
  readonly ok: boolean;
  readonly findings: readonly Finding[];
  readonly sizeBytes: number;
  /** Layout of the archive, by the release of PyTorch that began it. */
  readonly layout: string | null;
  readonly prefix: string | null;
  readonly records: readonly { readonly name: string; readonly size: number; readonly crc: number; readonly offset: number }[];
  readonly statistics: EntryStatistics | null;
  readonly histogram: VolumeHistogram | null;
  /** Range the parameters map intensities to; null where they leave it open. */
  readonly window: { readonly min: number; readonly max: number } | null;
  readonly geometry: VolumeGeometry | null;
  readonly facts: {
    readonly format?: VolumeFormat | undefined;
    readonly shape?: readonly number[] | undefined;
    readonly dtype?: string | undefined;
    /** 16 numbers, row-major, voxel to world, mm, RAS+. */
    readonly affine?: readonly number[] | undefined;
    readonly originalAffine?: readonly number[] | undefined;
    readonly filenameOrObj?: string | undefined;
    readonly spatialShape?: readonly number[] | undefined;
    readonly writtenBy?: string | undefined;
  } | null;
}
