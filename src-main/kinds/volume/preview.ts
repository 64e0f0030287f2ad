import { writeFileSync } from 'node:fs';
import { fileError, isLarderError } from '../../base/index.ts';
import type { VolumeExpectation } from './entry-file.ts';
import type { FileSource } from './file-source.ts';
import { openFileSource } from './file-source.ts';
import { drawSlice, drawThreeSlices } from './preview-image.ts';
import { writeNiftiPreview } from './preview-nifti.ts';
import { REDUCED_SIDE } from './preview-reduce.ts';
import { windowOf } from './window.ts';

/** What a worker is told to draw. */
export interface VolumePreviewPayload {
  readonly path: string;
  readonly key: string;
  readonly expected: VolumeExpectation;
  /** A new file. */
  readonly outputPath: string;
}

const THUMBNAIL_SIDE = 128;
const SLICE_SIDE = 320;

/** The whole tensor as an uncompressed NIfTI-1 file. @throws TORCH_INVALID, system errors with the path */
export async function drawNifti(payload: VolumePreviewPayload): Promise<void> {
  await withSource(payload, async (source) => void writeNiftiPreview(source, payload.outputPath, windowOf(payload.expected)));
}

/** As `drawNifti`, with at most 256 voxels along each axis: what every graphics can hold. */
export async function drawReduced(payload: VolumePreviewPayload): Promise<void> {
  await withSource(payload, async (source) => void writeNiftiPreview(source, payload.outputPath, windowOf(payload.expected), REDUCED_SIDE));
}

/** The middle axial slice, 128 × 128 pixels. */
export async function drawThumbnail(payload: VolumePreviewPayload): Promise<void> {
  await withSource(payload, async (source) => writeFileSync(payload.outputPath, await drawSlice(source, 'axial', THUMBNAIL_SIDE, windowOf(payload.expected)), { flag: 'wx' }));
}

/** The three middle slices side by side, 960 × 320 pixels. */
export async function drawSlices(payload: VolumePreviewPayload): Promise<void> {
  await withSource(payload, async (source) => writeFileSync(payload.outputPath, await drawThreeSlices(source, SLICE_SIDE, windowOf(payload.expected)), { flag: 'wx' }));
}

async function withSource(payload: VolumePreviewPayload, draw: (source: FileSource) => Promise<void>): Promise<void> {
  try {
    const source = openFileSource(payload.path);
    try {
      await draw(source);
    } finally {
      source.close();
    }
  } catch (error) {
    throw isLarderError(error) ? error : fileError(error, payload.path, 'drawing the entry');
  }
}
