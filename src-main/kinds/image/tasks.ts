import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AS_IT_IS, fileError } from '../../base/index.ts';
import { encodeGreyPng } from '../../formats/png/index.ts';
import type { DraftPicture, KindTasks, TaskContext } from '../kind.ts';
import type { ImageBatchPayload } from './batches.ts';
import type { ImageDraftPayload } from './drafts.ts';
import { assertUnchanged, drawingFont } from './drawing-font.ts';
import { inspectFiles } from './inspect-files.ts';
import type { KeyFiles } from './inspect-files.ts';
import { judgeKey } from './judge.ts';
import { makeBatch } from './make-batch.ts';
import { imageFile, metadataFile } from './paths.ts';
import { RENDERER_VERSION } from './render-environment.ts';
import { renderLine } from './render.ts';
import { textToDraw } from './text-to-draw.ts';

export interface ImageVerifyPayload {
  readonly keys: readonly KeyFiles[];
  readonly isQuick: boolean;
}

export interface ImageInspectPayload {
  /** Of the image, in its cache. */
  readonly path: string;
  readonly key: string;
  readonly directory: string;
}

export interface ImagePreviewPayload extends ImageInspectPayload {
  readonly outputPath: string;
}

async function preprocessBatch(payload: ImageBatchPayload, context: TaskContext): Promise<null> {
  await makeBatch(payload, await drawingFont(payload.fontFile), context);
  return null;
}

async function verifyBatch({ keys, isQuick }: ImageVerifyPayload, context: TaskContext): Promise<null> {
  context.partial(await inspectFiles(keys, isQuick, context.signal));
  return null;
}

/** What the files of one entry say, with what is wrong with them; the index is not asked. */
async function inspect({ path, key, directory }: ImageInspectPayload, context: TaskContext): Promise<Readonly<Record<string, unknown>>> {
  const [facts] = await inspectFiles([{ key, image: path, metadata: join(directory, metadataFile(key)) }], false, context.signal);
  const { image, metadata } = facts!;
  const findings = judgeKey({ ...facts!, imageName: image === null ? null : imageFile(key), metadataName: metadata === null ? null : metadataFile(key), index: 'unknown' });
  const value = metadata?.value;
  return {
    findings,
    ...(value === undefined ? {} : { text: value.text, drawn: textToDraw(value.text), fontPath: value.fontPath, height: value.height, width: value.width, createdAt: value.createdAt }),
    ...(image === null ? {} : { imageWidth: image.width, imageHeight: image.height, pixelsMd5: image.pixelsMd5, pngBytes: image.sizeBytes }),
    metadataFile: metadataFile(key),
    renderer: RENDERER_VERSION,
  };
}

/** The picture of an entry is the entry. */
async function copyImage({ path, outputPath }: ImagePreviewPayload): Promise<null> {
  try {
    await writeFile(outputPath, await readFile(path, { flag: AS_IT_IS }));
    return null;
  } catch (error) {
    throw fileError(error, path, 'reading the image');
  }
}

/** A line for a look, not for a cache. */
async function draft({ fontFile, drawn, height }: ImageDraftPayload): Promise<DraftPicture> {
  const font = await drawingFont(fontFile);
  await assertUnchanged(font);
  const verdict = await font.guard.judge(drawn);
  if (verdict !== undefined) return { problem: verdict.message };
  const rendered = await renderLine({ text: drawn, font: font.facts, height });
  if (rendered === 'too-long') return { problem: 'The line is wider than a picture can be.' };
  return { png: encodeGreyPng(rendered.pixels, rendered.width, rendered.height).toString('base64'), width: rendered.width, height: rendered.height };
}

export const imageTasks: KindTasks = {
  draft: (payload) => draft(payload as ImageDraftPayload),
  'preprocess-batch': (payload, context) => preprocessBatch(payload as ImageBatchPayload, context),
  'verify-batch': (payload, context) => verifyBatch(payload as ImageVerifyPayload, context),
  inspect: (payload, context) => inspect(payload as ImageInspectPayload, context),
  thumbnail: (payload) => copyImage(payload as ImagePreviewPayload),
  slices: (payload) => copyImage(payload as ImagePreviewPayload),
};
