import type { VolumeDtype } from './contract.ts';

/** 4x4 (or 3x3 for 2D) matrix, float64, row-major, voxel to world, mm, RAS+. */
export type Matrix = Float64Array;

/** One NIfTI header field as the reference keeps it: native little-endian numbers. */
export interface HeaderField {
  /** nibabel's field name, e.g. `pixdim`. */
  readonly name: string;
  /** numpy dtype code without byte order: `i2`, `i4`, `i8`, `u1`, `f4`, `f8`. */
  readonly dtype: 'i1' | 'i2' | 'i4' | 'i8' | 'u1' | 'f4' | 'f8';
  /** `[]` for a scalar. */
  readonly shape: readonly number[];
  /** Little-endian elements in C order. */
  readonly bytes: Uint8Array;
}

/** Summary of the result's values, taken in one pass over the finished tensor. */
export interface ValueStatistics {
  /** Over finite values; NaN if there are none. */
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  readonly nonFiniteCount: number;
  readonly count: number;
}

/**
 * What preprocessing makes of one volume: everything that is stored in the `.pt` file.
 * Matrices and sizes are named as in docs/formats/volume-pipeline.md.
 */
export interface PreprocessedVolume {
  /** (channels, o0, o1, o2). */
  readonly shape: readonly [number, number, number, number];
  readonly dtype: VolumeDtype;
  /** Raw little-endian elements, in the memory order of `strides`, without gaps. */
  readonly data: Uint8Array;
  /**
   * Elements per step along the axes of `shape`. C order, except where the reference keeps its loader's
   * memory order because nothing made a copy (`geometry-strides.ts`).
   */
  readonly strides: readonly [number, number, number, number];
  /** Spatial rank of the input: 2 or 3. */
  readonly spatialRank: 2 | 3;
  /** A0, 4x4: the affine the loader gives. */
  readonly originalAffine: Matrix;
  /** A1 cut to (rank+1) x (rank+1): after Orientation. */
  readonly orientedAffine: Matrix;
  /** A3, 4x4: of the result. */
  readonly finalAffine: Matrix;
  /** Spatial sizes of the file, `orig_size` of Orientation. */
  readonly fileSizes: readonly number[];
  /** Sizes after Orientation, `orig_size` of SpatialResample. */
  readonly orientedSizes: readonly number[];
  /** Sizes after Spacing (three, for 2D with the added 1), `orig_size` of Resize. */
  readonly spacedSizes: readonly number[];
  /** Header fields in nibabel's order, text fields dropped, repairs applied (3.2, 3.3 of the torch-file format). */
  readonly header: readonly HeaderField[];
  /** dim[1..min(nd,3)]; int16 for NIfTI-1, int64 for NIfTI-2. */
  readonly spatialShape: { readonly dtype: 'i2' | 'i8'; readonly values: readonly number[] };
  /** `original_channel_dim`: -1 for 4D, NaN otherwise. */
  readonly originalChannelDim: number;
  readonly statistics: ValueStatistics;
  /** Non-finite voxels met in the source; fidelity is only promised when 0. */
  readonly sourceNonFiniteCount: number;
  /** Things worth telling: complex data reduced to its real part, and the like. */
  readonly warnings: readonly string[];
}
