/** Strides of a (channels, o0, o1, o2) tensor, in elements. */
export type Strides = readonly [number, number, number, number];
export type TensorSizes = readonly [number, number, number, number];

export function contiguousStrides([, o0, o1, o2]: TensorSizes): Strides {
  return [o0 * o1 * o2, o1 * o2, o2, 1];
}

/**
 * Memory order of a result that nothing copied: neither resampled nor resized nor cast.
 *
 * MONAI's loader gives (x, y, z[, channel]) in C order and brings the channels to the front as a view;
 * Orientation permutes as a view (flips copy, and keep the order). Later steps ask PyTorch for
 * `memory_format=contiguous_format`, which copies only what PyTorch takes for channels-last
 * (`c10/core/MemoryFormat.h`, `TensorImpl::refresh_contiguous`); arithmetic keeps every other dense
 * order, and writes a contiguous one with canonical strides. Checked against MONAI 1.5.0 and PyTorch 2.13
 * over all 48 orientations with none, one and two channels.
 *
 * @param sizes (channels, o0, o1, o2)
 * @param fileAxes file axis of each pipeline axis
 * @param hasChannelAxis the file is 4D; its last axis varies fastest in the loaded array
 */
export function uncopiedStrides(sizes: TensorSizes, fileAxes: readonly [number, number, number], hasChannelAxis: boolean): Strides {
  const [channels, ...spatial] = sizes;
  const fileSizes = [0, 1, 2].map((fileAxis) => spatial[fileAxes.indexOf(fileAxis)]!);
  const unit = hasChannelAxis ? channels : 1;
  const fileStrides = [fileSizes[1]! * fileSizes[2]! * unit, fileSizes[2]! * unit, unit];
  const channelStride = hasChannelAxis ? 1 : fileSizes[0]! * fileStrides[0]!;
  const [a, b, c] = fileAxes.map((fileAxis) => fileStrides[fileAxis]!) as [number, number, number];
  const view: Strides = [channelStride, a, b, c];
  return isDenseIn(C_ORDER, sizes, view) || isChannelsLast(sizes, view) ? contiguousStrides(sizes) : view;
}

/** Dimensions from the fastest to the slowest. */
const C_ORDER = [3, 2, 1, 0] as const;
/** PyTorch's channels-last of a 4D (N, C, H, W) tensor. */
const CHANNELS_LAST_ORDER = [1, 3, 2, 0] as const;

/** Without gaps in this order; dimensions of size 1 may have any stride. */
function isDenseIn(order: readonly number[], sizes: TensorSizes, strides: Strides): boolean {
  let expected = 1;
  for (const d of order) {
    if (sizes[d] === 1) continue;
    if (strides[d] !== expected) return false;
    expected *= sizes[d]!;
  }
  return true;
}

function isChannelsLast(sizes: TensorSizes, strides: Strides): boolean {
  if (isDenseIn(CHANNELS_LAST_ORDER, sizes, strides)) return true;
  let least = 0;
  for (const d of CHANNELS_LAST_ORDER) {
    if (strides[d]! < least || (d === 0 && least === strides[1])) return false;
    least = strides[d]! * (sizes[d]! > 1 ? sizes[d]! : 1);
  }
  return true;
}
