import { createHash } from 'node:crypto';
import { copyFile, open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileHandle } from 'node:fs/promises';
import { LarderError, fileError, forEachLimited, throwIfAborted, toWire } from '../../base/index.ts';
import { encodeGreyPng } from '../../formats/png/index.ts';
import type { BatchOutcome, DraftPicture, KindTasks, TaskContext } from '../kind.ts';
import type { ImageBatchPayload, LineRequest } from './batches.ts';
import { createdAtText, metadataText } from './cache-json.ts';
import type { ImageDraftPayload } from './drafts.ts';
import type { FontFacts } from './font-file.ts';
import { readFontFile } from './font-file.ts';
import { GlyphGuard } from './glyph-guard.ts';
import { inspectFiles } from './inspect-files.ts';
import type { KeyFacts, KeyFiles } from './inspect-files.ts';
import { judgeKey } from './judge.ts';
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

/** Lines drawn and written at once; each is drawn on one core. */
const LINES_AT_ONCE = 2;

interface DrawingFont {
  readonly facts: FontFacts;
  readonly guard: GlyphGuard;
}

const fonts = new Map<string, Promise<DrawingFont>>();

/** A font is read and probed once in a worker's life. */
async function fontOf(file: string): Promise<DrawingFont> {
  const known = fonts.get(file) ?? readFontFile(file).then((facts) => ({ facts, guard: new GlyphGuard(facts) }));
  fonts.set(file, known);
  return await known;
}

/** Draws lines of one font and writes their files; what is wrong with one line concerns no other. */
async function preprocessBatch({ fontFile, height, lines, stagingDirectory }: ImageBatchPayload, context: TaskContext): Promise<null> {
  const font = await fontOf(fontFile);
  await forEachLimited(
    lines,
    LINES_AT_ONCE,
    async (line) => {
      throwIfAborted(context.signal);
      context.partial(await makeLine(line, font, height, stagingDirectory));
    },
    context.signal,
  );
  return null;
}

async function makeLine(line: LineRequest, font: DrawingFont, height: number, stagingDirectory: string): Promise<BatchOutcome> {
  const startedAt = performance.now();
  const { key, text, fontPath } = line;
  try {
    const drawn = textToDraw(text);
    const verdict = await font.guard.judge(drawn);
    if (verdict !== undefined) throw notDrawn(text, verdict.reason, verdict.message);
    const rendered = await renderLine({ text: drawn, font: font.facts, height });
    if (rendered === 'too-long') throw notDrawn(text, rendered, 'it is wider than a picture can be.');
    const png = encodeGreyPng(rendered.pixels, rendered.width, rendered.height);
    const [image, metadata] = [join(stagingDirectory, `${key}.png`), join(stagingDirectory, `${key}.json`)];
    const modifiedNs = await writeSynced(image, png);
    await writeSynced(metadata, Buffer.from(metadataText({ text, fontPath, height, width: rendered.width, key, createdAt: createdAtText(modifiedNs) }), 'utf8'));
    return {
      key,
      files: [
        { staged: metadata, file: metadataFile(key) },
        { staged: image, file: imageFile(key) },
      ],
      outcome: {
        sizeBytes: png.length,
        modifiedAtMs: Number(modifiedNs) / 1e6,
        digest: createHash('sha256').update(png).digest('hex'),
        shape: [rendered.height, rendered.width],
        dtype: 'uint8',
        statistics: null,
        seconds: (performance.now() - startedAt) / 1000,
        warnings: [],
      },
    };
  } catch (error) {
    const told = fileError(error, stagingDirectory, `drawing "${text.slice(0, 40)}" in`);
    return { key, error: toWire(told) };
  }
}

function notDrawn(text: string, reason: string, message: string): LarderError {
  return new LarderError('PREPROCESS_FAILED', `"${text.slice(0, 40)}" is not drawn: ${message}`, { hint: 'Leave the font out, or take the line off the corpus.', details: { reason } });
}

/** Writes, syncs, and reads back what was written. @returns its modification time, ns */
async function writeSynced(path: string, bytes: Uint8Array): Promise<bigint> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(path, 'w+');
    await handle.writeFile(bytes);
    await handle.datasync();
    const facts = await handle.stat({ bigint: true });
    const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(bytes.length), 0, bytes.length, 0);
    if (Number(facts.size) !== bytes.length || bytesRead !== bytes.length || buffer.compare(bytes) !== 0) {
      throw new LarderError('ENTRY_DAMAGED', `What was written to ${path} does not read back as it was made.`, { hint: 'If it keeps happening, check the disk and the memory of this machine.' });
    }
    return facts.mtimeNs;
  } catch (error) {
    throw fileError(error, path, 'writing');
  } finally {
    await handle?.close();
  }
}

async function verifyBatch({ keys, isQuick }: ImageVerifyPayload, context: TaskContext): Promise<null> {
  await inspectFiles(keys, isQuick, (facts) => context.partial(facts), context.signal);
  return null;
}

/** What the files of one entry say, with what is wrong with them; the index is not asked. */
async function inspect({ path, key, directory }: ImageInspectPayload, context: TaskContext): Promise<Readonly<Record<string, unknown>>> {
  let facts: KeyFacts | undefined;
  await inspectFiles([{ key, image: path, metadata: join(directory, metadataFile(key)) }], false, (found) => (facts = found), context.signal);
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
    await stat(path);
    await copyFile(path, outputPath);
    return null;
  } catch (error) {
    throw fileError(error, path, 'reading the image');
  }
}

/** A line for a look, not for a cache. */
async function draft({ fontFile, drawn, height }: ImageDraftPayload): Promise<DraftPicture> {
  const font = await fontOf(fontFile);
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
