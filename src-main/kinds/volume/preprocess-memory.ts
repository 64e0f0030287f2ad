import { LarderError } from '../../base/index.ts';
import { isPlainInt16, type NiftiHeader } from '../../formats/nifti/index.ts';
import { resizeBand } from '../../numeric/index.ts';
import type { VolumeDtype, VolumeParameters } from './contract.ts';
import { planGeometry, type VolumeGeometry } from './geometry.ts';
import { isPlaneFirst, isReordered, toFileAxes } from './preprocess-order.ts';
import { BLOCK_SLICES } from './preprocess-output.ts';

/** A Node process with the code loaded: 98 MiB measured with Node 24 on Linux. */
const PROCESS_BYTES = 112 * 2 ** 20;
/** Chunks under way, and those not collected yet: 60 MiB measured over a whole-size gzip file. */
const STREAM_BYTES = 64 * 2 ** 20;
/** No sensible training volume comes near this; a config or header with a slip in it does. */
const MOST_BYTES = 16 * 2 ** 30;

/**
 * Spacing makes some dozens of voxels out of one. Where a few voxels would become this many, and every one of them
 * thousands, a number in the header is wrong, and a file of some bytes would cost gigabytes and minutes.
 */
const STRETCHED_VOXELS_MAX = 2 ** 26;
const STRETCH_MAX = 4096;
/** Voxels along an axis that Spacing has made longer. */
const STRETCHED_AXIS_MAX = 2 ** 20;

const CAST_BYTES: Readonly<Record<VolumeDtype, number>> = { float32: 0, float64: 8, float16: 2, bfloat16: 2 };

/**
 * Peak memory of a worker process that preprocesses one volume, bytes. An upper estimate from the
 * header: nothing is read or allocated.
 *
 * @throws as `planGeometry`
 */
export function estimateMemoryBytes(header: NiftiHeader, parameters: VolumeParameters): number {
  const geometry = planGeometry(header, parameters);
  return PROCESS_BYTES + STREAM_BYTES + workingBytes(header, geometry, parameters.dtype);
}

/** Arrays whose size follows from the volume. */
function workingBytes(header: NiftiHeader, geometry: VolumeGeometry, dtype: VolumeDtype): number {
  const [x, y, z] = toFileAxes(geometry);
  const resultVoxels = x.targetSize * y.targetSize * z.targetSize * geometry.channels;
  const valueBytes = isPlainInt16(header) ? 2 : 4;
  const sliceVoxels = header.sizes[0]! * header.sizes[1]!;
  const slices = sliceVoxels * (2 * valueBytes + header.datatype.bytes);
  const copy = isReordered(geometry) ? sliceVoxels * (header.sizes[2] ?? 1) * valueBytes : 0;
  const planes = isPlaneFirst(geometry) ? 2 * 4 * x.spacedSize * y.spacedSize : 0;
  const bandZ = resizeBand(Math.min(z.spacedSize, 1 << 20), Math.min(z.targetSize, 1 << 20));
  const openSums = Math.ceil((bandZ.width * z.targetSize) / z.spacedSize) + 2;
  const sums = 4 * x.targetSize * y.targetSize * Math.min(z.targetSize, BLOCK_SLICES + openSums);
  const tables = 64 * (x.spacedSize + y.spacedSize + z.spacedSize);
  return resultVoxels * (4 + CAST_BYTES[dtype]) + slices + copy + planes + sums + tables;
}

function isOverstretched({ axes, isResampled }: VolumeGeometry): boolean {
  if (!isResampled) return false;
  const source = axes.reduce((product, { sourceSize }) => product * sourceSize, 1);
  const spaced = axes.reduce((product, { spacedSize }) => product * spacedSize, 1);
  return (spaced > STRETCHED_VOXELS_MAX && spaced > STRETCH_MAX * source) || axes.some(({ sourceSize, spacedSize }) => spacedSize > STRETCHED_AXIS_MAX && spacedSize > sourceSize);
}

/**
 * Refuses volumes that would take absurd amounts of memory, or of work for what they hold, before anything is allocated.
 *
 * @throws PREPROCESS_FAILED
 */
export function assertReasonableSize(header: NiftiHeader, geometry: VolumeGeometry, dtype: VolumeDtype): void {
  if (isOverstretched(geometry)) {
    throw new LarderError('PREPROCESS_FAILED', `${geometry.orientedSizes.join('x')} voxels would become ${geometry.spacedSizes.join('x')} ones at the spacing that is asked for.`, {
      hint: 'Check the voxel size in the header of the scan, and target_spacing.',
      details: { orientedSizes: geometry.orientedSizes, spacedSizes: geometry.spacedSizes },
    });
  }
  const needed = workingBytes(header, geometry, dtype);
  if (needed <= MOST_BYTES) return;
  const sizes = geometry.axes.map((axis) => axis.targetSize).join('x');
  throw new LarderError('PREPROCESS_FAILED', `A result of ${sizes} voxels would take ${(needed / 2 ** 30).toFixed(1)} GiB of memory.`, {
    hint: 'Check target_shape_dhw and target_spacing against the size of the scan.',
    details: { neededBytes: needed, spacedSizes: geometry.spacedSizes },
  });
}
