import { bytesSource, verifyTorchFile } from '../../src-main/formats/torch/index.ts';
import { inspectVolumeEntry } from '../../src-main/kinds/volume/entry-file.ts';

/** Shape of the tensor in an entry: channels, then x, y, z. */
export function readTorchShape(bytes: Buffer): readonly number[] {
  return inspectVolumeEntry(verifyTorchFile(bytesSource(bytes), { level: 'deep' })).shape ?? [];
}
