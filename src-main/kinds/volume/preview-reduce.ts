import type { Matrix } from '../../numeric/index.ts';

/** WebGL 2 promises 3D textures of this side on every machine (`MAX_3D_TEXTURE_SIZE`), voxels. */
export const REDUCED_SIDE = 256;

type Triple = readonly [number, number, number];

/** Which voxels are kept along each axis: every `steps`-th from `firsts` on. No value is made up. */
export interface Reduction {
  readonly steps: Triple;
  readonly firsts: Triple;
  /** Voxels kept along each axis. */
  readonly sizes: Triple;
}

/** Smallest steps that leave at most `sideMax` voxels along each axis; the kept ones lie in the middle of their steps. */
export function reduceTo(sizes: Triple, sideMax: number): Reduction {
  const [x, y, z] = sizes.map((size) => {
    const step = Math.max(1, Math.ceil(size / sideMax));
    const first = (step - 1) >> 1;
    return { step, first, kept: Math.floor((size - 1 - first) / step) + 1 };
  });
  return { steps: [x!.step, y!.step, z!.step], firsts: [x!.first, y!.first, z!.first], sizes: [x!.kept, y!.kept, z!.kept] };
}

/** The affine of the kept voxels: each stays where it was in the world. @param affine 4x4, row-major */
export function reducedAffine(affine: Matrix, { steps, firsts }: Reduction): Matrix {
  const reduced = Float64Array.from(affine);
  for (let row = 0; row < 3; row++) {
    for (let axis = 0; axis < 3; axis++) {
      const along = affine[row * 4 + axis]!;
      reduced[row * 4 + axis] = along * steps[axis]!;
      reduced[row * 4 + 3]! += along * firsts[axis]!;
    }
  }
  return reduced;
}
