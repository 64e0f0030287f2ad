import type { EncodedFile, TorchLayout } from '../../formats/torch/index.ts';
import { encodeTorchFile } from '../../formats/torch/index.ts';
import type { VolumeFormat } from './contract.ts';
import { monaiEntry, tensorEntry } from './entry-graph.ts';
import type { PreprocessedVolume } from './result.ts';

export { inspectVolumeEntry } from './entry-facts.ts';
export type { AppliedOperation, VolumeEntryFacts } from './entry-facts.ts';
export { verifyVolumeEntry } from './entry-verdict.ts';
export type { VolumeExpectation, VolumeVerdict } from './entry-verdict.ts';

export interface EncodeVolumeOptions {
  /** `monai`: MONAI's own object; `tensor`: plain tensors that load with `weights_only=True`. */
  readonly format: VolumeFormat;
  /** Entry key: the file name without `.pt`. */
  readonly prefix: string;
  /** Path the reference loader would have been given; stored as `filename_or_obj`. */
  readonly filenameOrObj: string;
  /** Default `2.1`, the layout of the reference stack's PyTorch 2.6. */
  readonly layout?: TorchLayout;
}

/**
 * Encodes a finished volume as its `.pt` file. The pieces come in order; the image's bytes are passed
 * on, not copied. Same volume, same bytes.
 *
 * @throws NAME_INVALID if the prefix cannot be a folder name
 */
export function encodeVolumeEntry(volume: PreprocessedVolume, options: EncodeVolumeOptions): EncodedFile {
  const { format, prefix, filenameOrObj, layout } = options;
  const root = format === 'monai' ? monaiEntry(volume, filenameOrObj) : tensorEntry(volume, filenameOrObj);
  return encodeTorchFile(root, { prefix, ...(layout === undefined ? {} : { layout }) });
}
