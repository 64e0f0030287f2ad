import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { encodeNifti } from '../../src-main/formats/nifti/index.ts';

/** Voxels along file axes 0, 1 and 2. */
export type Sizes = readonly [number, number, number];

/** A chest CT as scanners make them; 79 million voxels, about 85 MB compressed. */
export const WHOLE_CT: Sizes = [512, 512, 300];
/** Voxel size, mm. */
export const CT_SPACING = [0.7, 0.7, 1] as const;
/** Seed of the first volume; further ones count on from it. */
export const FIRST_SEED = 2_463_534_242;
/** NIfTI datatype code of int16. */
const INT16 = 4;

/** xorshift32: the same noise on every machine. */
function noiseSource(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

/**
 * One slice, HU, axis 0 fastest: a body-like ellipse of soft tissue with lungs, in noisy air, inside a
 * round field of view (−1024 outside of it). The noise has a standard deviation of 48 HU, so that gzip
 * finds as little to save as in a real scan.
 */
function slice(z: number, [width, height]: Sizes, random: () => number): Int16Array {
  const voxels = new Int16Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const u = (x - width / 2) / (width / 2);
      const v = (y - height / 2) / (height / 2);
      if (u * u + v * v > 1) {
        voxels[y * width + x] = -1024;
        continue;
      }
      const isBody = (u * u) / 0.6 + (v * v) / 0.35 < 1;
      const isLung = (Math.abs(u) - 0.32) ** 2 / 0.05 + (v * v) / 0.14 < 1 + 0.2 * Math.sin(z / 30);
      const base = isBody ? (isLung ? -850 : 40 + 60 * Math.sin(x / 9) * Math.cos(y / 13)) : -1000;
      voxels[y * width + x] = base + (random() + random() + random() - 1.5) * 95;
    }
  }
  return voxels;
}

/** Voxel→world, (4, 4), row-major, mm, RAS+: axes 0 and 1 run to the left and back (LPS), the centre is at 0. */
function centredAffine(sizes: Sizes): Float64Array {
  const [sx, sy, sz] = CT_SPACING;
  const [cx, cy, cz] = sizes.map((size, axis) => ((size - 1) / 2) * CT_SPACING[axis]!) as [number, number, number];
  return Float64Array.of(-sx, 0, 0, cx, 0, -sy, 0, cy, 0, 0, sz, -cz, 0, 0, 0, 1);
}

/** Writes a seeded int16 volume of this size as `.nii.gz`; the same bytes every time. */
export async function writeSyntheticCt(path: string, sizes: Sizes = WHOLE_CT, seed: number = FIRST_SEED): Promise<void> {
  const random = noiseSource(seed);
  const header = encodeNifti({ sizes, datatype: INT16, voxels: [], sform: centredAffine(sizes) });
  function* parts(): Generator<Uint8Array> {
    yield header;
    for (let z = 0; z < sizes[2]; z++) yield new Uint8Array(slice(z, sizes, random).buffer);
  }
  await pipeline(Readable.from(parts()), createGzip({ level: 6 }), createWriteStream(path));
}
