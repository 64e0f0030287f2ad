/** Lengths, spacings and positions per axis of the stored array, axis 0 (fastest in the file) first. */
export type Triple = readonly [number, number, number];

/** Where the voxels of a volume are in the patient. */
export interface Grid {
  /** Voxels per array axis. */
  readonly shape: Triple;
  /** mm per voxel along each array axis. */
  readonly spacing: Triple;
  /** Where each array axis points: one letter each of R/L, A/P, S/I. */
  readonly axcodes: string;
  /** World position of the volume's middle, mm, RAS+. */
  readonly centre: Triple;
  /** Leaning of the whole grid about the world's x axis (gantry tilt), as cosine and sine. */
  readonly tilt?: { readonly cos: number; readonly sin: number };
}

/** World axis (0 = x, right; 1 = y, anterior; 2 = z, superior) and sign of an axis letter. */
const DIRECTIONS: Readonly<Record<string, readonly [axis: number, sign: number]>> = {
  R: [0, 1],
  L: [0, -1],
  A: [1, 1],
  P: [1, -1],
  S: [2, 1],
  I: [2, -1],
};

/**
 * Voxel→world matrix of a grid: shape (3, 4), row-major, mm, RAS+; column n is one step along array
 * axis n, column 3 the position of voxel (0, 0, 0). The middle of the array lies at `centre`.
 */
export function affineOf(grid: Grid): number[] {
  const affine = Array.from({ length: 12 }, () => 0);
  [...grid.axcodes].forEach((letter, n) => {
    const [axis, sign] = DIRECTIONS[letter]!;
    affine[axis * 4 + n] = sign * grid.spacing[n]!;
  });
  if (grid.tilt !== undefined) lean(affine, grid.tilt);
  for (const row of [0, 1, 2]) {
    let middle = 0;
    for (const n of [0, 1, 2]) middle += (affine[row * 4 + n]! * (grid.shape[n]! - 1)) / 2;
    affine[row * 4 + 3] = grid.centre[row]! - middle;
  }
  return affine;
}

/** Rotates all directions about the world's x axis. */
function lean(affine: number[], { cos, sin }: { readonly cos: number; readonly sin: number }): void {
  for (const n of [0, 1, 2]) {
    const y = affine[4 + n]!;
    const z = affine[8 + n]!;
    affine[4 + n] = cos * y - sin * z;
    affine[8 + n] = sin * y + cos * z;
  }
}
