import { throwIfAborted } from '../../base/index.ts';
import { intensityWindow } from '../../numeric/index.ts';
import type { VolumeParameters } from './contract.ts';
import { planGeometry, type VolumeGeometry } from './geometry.ts';
import { SliceResizer, resizeBands, resizerBytes, type ResizeBands } from './preprocess-bands.ts';
import type { ByteReaderOptions, VolumeInput } from './preprocess-bytes.ts';
import type { RowLoops, VoxelSlice } from './preprocess-loops.ts';
import { assertReasonableSize } from './preprocess-memory.ts';
import { finishValues, resultLayout, TransposingSink } from './preprocess-output.ts';
import { isReordered, toFileAxes, type FileAxes } from './preprocess-order.ts';
import { ReorderedSlices } from './preprocess-reorder.ts';
import { createRowMaker, rowMakerBytes } from './preprocess-rows.ts';
import { openLoops } from './preprocess-simd.ts';
import { nameFile, VolumeSource } from './preprocess-source.ts';
import { spacedSlicesBySource } from './preprocess-tables.ts';
import type { PreprocessedVolume } from './result.ts';

export type { VolumeInput } from './preprocess-bytes.ts';
export { estimateMemoryBytes } from './preprocess-memory.ts';
export { readVolumeHeader } from './preprocess-source.ts';

/** Slices of one channel after the other, in the order the resampling wants them. */
interface SliceFeed {
  nextSlice(): Promise<VoxelSlice>;
}

/**
 * Turns one NIfTI file into the tensor and metadata that MONAI 1.5.0 would cache for it: LoadImaged,
 * Orientationd, Spacingd (bilinear), ScaleIntensityRanged (clip), Resized (trilinear, anti-aliased),
 * EnsureTyped. Values agree to about 1e-6 of their range (docs/formats/volume-pipeline.md).
 *
 * The file is streamed: memory is the result, a few slices of the file and about 20 of the result,
 * except for sheared volumes with permuted axes, which are held whole.
 *
 * @param options.onProgress file bytes read so far, of all
 * @throws NIFTI_INVALID, NIFTI_UNSUPPORTED, AFFINE_INVALID, PREPROCESS_FAILED, CONFIG_INVALID, file
 *   errors; naming the file. CANCELLED on abort.
 */
export async function preprocessVolume(
  input: VolumeInput, parameters: VolumeParameters, options: ByteReaderOptions = {},
): Promise<PreprocessedVolume> {
  const source = await VolumeSource.open(input, options);
  try {
    const geometry = planGeometry(source.header, parameters);
    assertReasonableSize(source.header, geometry, parameters.dtype);
    const values = await resampleChannels(source, geometry, parameters, options.signal);
    await source.drain();
    return assemble(source, geometry, parameters, values);
  } catch (error) {
    throw nameFile(error, input.path);
  } finally {
    source.close();
  }
}

/** The float32 tensor, in the memory order of the result. */
async function resampleChannels(
  source: VolumeSource, geometry: VolumeGeometry, parameters: VolumeParameters, signal: AbortSignal | undefined,
): Promise<Float32Array> {
  const voxels = geometry.axes.reduce((product, axis) => product * axis.targetSize, geometry.channels);
  const values = new Float32Array(voxels);
  const axes = toFileAxes(geometry);
  const bands = resizeBands(axes);
  const loops = openLoops(source.sliceBytes + rowMakerBytes(axes) + resizerBytes(bands));
  try {
    source.holdSlices(loops);
    const mark = loops.mark();
    for (let channel = 0; channel < geometry.channels; channel++) {
      const feed = isReordered(geometry) ? await ReorderedSlices.collect(source, geometry, signal) : source;
      await resampleChannel({ feed, geometry, axes, bands, loops }, parameters, { values, channel }, signal);
      loops.rewind(mark);
    }
  } finally {
    loops.release();
  }
  return values;
}

interface Resampling {
  readonly feed: SliceFeed;
  readonly geometry: VolumeGeometry;
  /** From `toFileAxes`. */
  readonly axes: FileAxes;
  readonly bands: ResizeBands;
  readonly loops: RowLoops;
}

async function resampleChannel(
  { feed, geometry, axes, bands, loops }: Resampling, { aMin, aMax, bMin, bMax }: VolumeParameters,
  { values, channel }: { readonly values: Float32Array; readonly channel: number }, signal: AbortSignal | undefined,
): Promise<void> {
  const maker = createRowMaker(geometry, axes, intensityWindow(aMin, aMax, bMin, bMax), loops);
  const sink = new TransposingSink(values, resultLayout(geometry, axes, channel), axes);
  const resizer = new SliceResizer(bands, maker, sink, loops);
  const schedule = spacedSlicesBySource(maker.z, axes[2].sourceSize);
  for (let s = 0; s < schedule.length; s++) {
    const slice = await feed.nextSlice();
    throwIfAborted(signal);
    maker.load(s, slice);
    for (const j of schedule[s]!) resizer.addSlice(j);
  }
  sink.flush();
}

function assemble(
  source: VolumeSource, geometry: VolumeGeometry, parameters: VolumeParameters, values: Float32Array,
): PreprocessedVolume {
  const { header } = source;
  const [a, b, c] = geometry.axes;
  const spatialType = header.version === 1 ? 'i2' : 'i8';
  return {
    shape: [geometry.channels, a.targetSize, b.targetSize, c.targetSize],
    dtype: parameters.dtype,
    strides: geometry.strides,
    spatialRank: geometry.rank,
    originalAffine: geometry.originalAffine,
    orientedAffine: geometry.orientedAffine,
    finalAffine: geometry.finalAffine,
    fileSizes: geometry.fileSizes,
    orientedSizes: geometry.orientedSizes,
    spacedSizes: geometry.spacedSizes,
    header: header.fields,
    spatialShape: { dtype: spatialType, values: header.sizes.slice(0, 3) },
    originalChannelDim: header.sizes.length === 4 ? -1 : Number.NaN,
    sourceNonFiniteCount: source.nonFiniteCount,
    warnings: [...header.warnings, ...nonFiniteWarning(source.nonFiniteCount)],
    ...finishValues(values, parameters.dtype),
  };
}

function nonFiniteWarning(count: number): string[] {
  return count === 0 ? [] : [`${count} voxels of the source are NaN or infinite; their surroundings may differ from MONAI's result.`];
}
