import { closeSync, openSync, writeSync } from 'node:fs';
import { LarderError, throwIfAborted } from '../../base/index.ts';
import { VolumeSource, sourceShape } from './preprocess-source.ts';
import type { VoxelSlice } from './preprocess-loops.ts';
import { previewHeader } from './preview-header.ts';
import { NIFTI_DATA_OFFSET } from './preview-nifti.ts';
import type { Reduction } from './preview-reduce.ts';
import { reduceTo, reducedAffine } from './preview-reduce.ts';
import { SampledRange } from './sampled-range.ts';
import type { GreyWindow } from './window.ts';

/** What a worker is told to make of a raw file. */
export interface VolumeRawPayload {
  readonly path: string;
  /** By the name of the file, which its path need not have. */
  readonly isGzip: boolean;
  /** Channel or time point, from 0. */
  readonly channel: number;
  /** Intensities the parameters clip to; undefined: what most of the volume has. */
  readonly window: GreyWindow | undefined;
  /** A new file. */
  readonly outputPath: string;
}

/**
 * One channel of a source as it was before preprocessing, as an uncompressed NIfTI-1 file of float32
 * with its own axes and affine. Source and result pass slice by slice; memory holds a few of them.
 *
 * @param sideMax voxels along an axis; longer ones are taken in steps, values as they are
 * @throws NIFTI_INVALID, NIFTI_UNSUPPORTED, ARGUMENT_INVALID for a channel there is not, file errors, CANCELLED; naming the file
 */
export async function drawRaw({ path, isGzip, channel, window, outputPath }: VolumeRawPayload, signal: AbortSignal, sideMax = Infinity): Promise<void> {
  const source = await VolumeSource.open({ path, isGzip }, { signal });
  try {
    const { header } = source;
    const { slices, channels } = sourceShape(header);
    if (channel >= channels) throw new LarderError('ARGUMENT_INVALID', `${path} has ${channels} channels, and none with the number ${channel}.`, { hint: 'They are counted from 0.' });
    const reduction = reduceTo([header.sizes[0]!, header.sizes[1] ?? 1, slices], sideMax);
    for (let slice = 0; slice < channel * slices; slice++) {
      throwIfAborted(signal);
      await source.nextSlice();
    }
    const target = openSync(outputPath, 'wx');
    try {
      const range = await writeSlices(source, target, reduction, signal);
      // The range is known only now; its place in the file was left free.
      writeWhole(target, previewHeader({ sizes: reduction.sizes, affine: reducedAffine(header.affine, reduction), window: window ?? range, steps: reduction.steps }), 0);
    } finally {
      closeSync(target);
    }
  } finally {
    source.close();
  }
}

/** First axis fastest, as in the file. @returns the range that most values lie in */
async function writeSlices(source: VolumeSource, target: number, { steps, firsts, sizes }: Reduction, signal: AbortSignal): Promise<GreyWindow | undefined> {
  const range = new SampledRange(sizes[0] * sizes[1] * sizes[2]);
  const kept = new Float32Array(sizes[0] * sizes[1]);
  const bytes = new Uint8Array(kept.buffer);
  for (let z = 0, written = 0; written < sizes[2]; z++) {
    throwIfAborted(signal);
    const slice = await source.nextSlice();
    if (z % steps[2] !== firsts[2]) continue;
    keepOf(slice, source.header.sizes[0]!, { steps, firsts, sizes }, kept);
    range.add(kept);
    writeWhole(target, bytes, NIFTI_DATA_OFFSET + written * bytes.length);
    written++;
  }
  return range.range();
}

function keepOf(slice: VoxelSlice, width: number, { steps, firsts, sizes }: Reduction, kept: Float32Array): void {
  let to = 0;
  for (let y = 0; y < sizes[1]; y++) {
    const row = (firsts[1] + y * steps[1]) * width + firsts[0];
    for (let x = 0; x < sizes[0]; x++) kept[to++] = slice[row + x * steps[0]]!;
  }
}

function writeWhole(target: number, bytes: Uint8Array, offset: number): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(target, bytes, at, bytes.length - at, offset + at);
}
