import { writeFileSync } from 'node:fs';
import { throwIfAborted } from '../../base/index.ts';
import { VolumeSource, sourceShape } from './preprocess-source.ts';
import { previewHeader } from './preview-header.ts';
import type { Reduction } from './preview-reduce.ts';
import { REDUCED_SIDE, reduceTo, reducedAffine } from './preview-reduce.ts';
import type { GreyWindow } from './window.ts';

/** What a worker is told to make of a raw file. */
export interface VolumeRawPayload {
  readonly path: string;
  /** Intensities the parameters clip to; undefined: the extremes of the volume. */
  readonly window: GreyWindow | undefined;
  /** A new file. */
  readonly outputPath: string;
}

/**
 * The source of an entry as it was before preprocessing, as an uncompressed NIfTI-1 file of float32:
 * its own axes and affine, its first channel, with steps where an axis has more than 256 voxels. The
 * source is read slice by slice; only what is kept takes memory.
 *
 * @throws NIFTI_INVALID, NIFTI_UNSUPPORTED, file errors, CANCELLED; naming the file
 */
export async function drawRaw({ path, window, outputPath }: VolumeRawPayload, signal: AbortSignal): Promise<void> {
  const source = await VolumeSource.open({ path, isGzip: path.endsWith('.gz') }, { signal });
  try {
    const { header } = source;
    const shape = sourceShape(header);
    const reduction = reduceTo([header.sizes[0]!, header.sizes[1] ?? 1, shape.slices], REDUCED_SIDE);
    const values = await keptValues(source, reduction, signal);
    const range = window ?? extremesOf(values);
    writeFileSync(outputPath, previewHeader({ sizes: reduction.sizes, affine: reducedAffine(header.affine, reduction), window: range, steps: reduction.steps }), { flag: 'wx' });
    writeFileSync(outputPath, values, { flag: 'a' });
  } finally {
    source.close();
  }
}

/** First axis fastest, as in the file. */
async function keptValues(source: VolumeSource, { steps, firsts, sizes }: Reduction, signal: AbortSignal): Promise<Float32Array> {
  const values = new Float32Array(sizes[0] * sizes[1] * sizes[2]);
  const width = source.header.sizes[0]!;
  let to = 0;
  for (let z = 0; to < values.length; z++) {
    throwIfAborted(signal);
    const slice = await source.nextSlice();
    if (z % steps[2] !== firsts[2]) continue;
    for (let y = 0; y < sizes[1]; y++) {
      const row = (firsts[1] + y * steps[1]) * width + firsts[0];
      for (let x = 0; x < sizes[0]; x++) values[to++] = slice[row + x * steps[0]]!;
    }
  }
  return values;
}

function extremesOf(values: Float32Array): GreyWindow | undefined {
  let [min, max] = [Infinity, -Infinity];
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    min = Math.min(min, value);
    max = Math.max(max, value);
  }
  return min <= max ? { min, max } : undefined;
}
