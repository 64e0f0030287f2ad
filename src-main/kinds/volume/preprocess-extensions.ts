import { invalidNifti, type NiftiHeader } from '../../formats/nifti/index.ts';
import type { VolumeByteReader } from './preprocess-bytes.ts';

const FLAG_BYTES = 4;
/** Size and code, int32 each; the size counts them. */
const EXTENSION_HEADER_BYTES = 8;
/** What is shorter cannot hold an extension. */
const LEAST_BYTES = 16;

/**
 * Leaves the reader at the first voxel. Header extensions on the way (nifti1.h, `nifti1_extender`) are not kept, but walked as nibabel 5.3
 * walks them (`Nifti1Extensions.from_fileobj`): where their sizes lead nowhere the reference fails, and the offset of the voxels is
 * as likely to be wrong. It also takes the padding behind a last extension for another one, of size 0.
 *
 * @param position bytes read so far: the header without the extension flag
 * @throws NIFTI_INVALID
 */
export async function skipToVoxels(reader: VolumeByteReader, header: NiftiHeader, position: number): Promise<void> {
  const flag = new Uint8Array(FLAG_BYTES);
  let left = header.dataOffset - position - (await reader.read(flag));
  while (flag[0] !== 0 && left >= LEAST_BYTES) {
    const start = new Uint8Array(EXTENSION_HEADER_BYTES);
    if ((await reader.read(start)) < start.length) throw endsBefore();
    const size = new DataView(start.buffer).getInt32(0, header.isLittleEndian);
    // Behind one that reaches into the voxels nibabel looks for others to the end of the file.
    if (size < EXTENSION_HEADER_BYTES || size > left) {
      throw invalidNifti('bad-extension', `A header extension claims ${size} bytes, where ${left} lie before the voxels.`, { size, left });
    }
    await skipAll(reader, size - EXTENSION_HEADER_BYTES);
    left -= size;
  }
  await skipAll(reader, left);
}

async function skipAll(reader: VolumeByteReader, count: number): Promise<void> {
  if ((await reader.skip(count)) < count) throw endsBefore();
}

function endsBefore(): Error {
  return invalidNifti('truncated', 'The file ends before its first voxel.');
}
