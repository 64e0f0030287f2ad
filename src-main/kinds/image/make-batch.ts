import { createHash } from 'node:crypto';
import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { LarderError, fileError, throwIfAborted, toWire } from '../../base/index.ts';
import { encodeGreyPng, pixelsMd5 } from '../../formats/png/index.ts';
import type { BatchOutcome, TaskContext } from '../kind.ts';
import type { ImageBatchPayload, LineRequest } from './batches.ts';
import { createdAtText, metadataText } from './cache-json.ts';
import type { SkipReason } from './contract.ts';
import type { DrawingFont } from './drawing-font.ts';
import { makerOf, refusalBasis } from './maker.ts';
import { imageFile, metadataFile } from './paths.ts';
import { LIBRARY_VERSION, renderLine } from './render.ts';
import { openStagedPair, pictureThere, stagedPaths } from './staged-pair.ts';
import type { StagedPair } from './staged-pair.ts';
import { besideOpen, settleFiles, writeFileOpen } from './synced-files.ts';
import { textToDraw } from './text-to-draw.ts';

/** Lines whose files are made durable together, while the next ones are drawn. */
const SYNCED_TOGETHER = 16;

interface DueLine extends LineRequest {
  /** Its picture is in the cache, without its metadata. */
  readonly isCompleting: boolean;
}

function dueLine(line: LineRequest, directory: string): DueLine[] {
  const isThere = (file: string): boolean => lstatSync(join(directory, file), { throwIfNoEntry: false })?.isFile() === true;
  const isCompleting = isThere(imageFile(line.key));
  return isCompleting && isThere(metadataFile(line.key)) ? [] : [{ ...line, isCompleting }];
}

/** A line whose files are complete in the staging folder. */
interface StagedLine extends StagedPair, Pick<DueLine, 'key' | 'isCompleting'> {}

/** A line the font does not draw as it is written. */
type Refused = Extract<BatchOutcome, { refusal: unknown }>;

/**
 * Draws lines of one font, gives their files their names in the cache and hands over what came of
 * each. What is wrong with one line concerns no other; what had been drawn when a process died is not drawn again. A picture
 * without metadata is drawn to be compared, and gets them where it is the same.
 *
 * @throws CANCELLED; what publishing throws, and then nothing was handed over
 */
export async function makeBatch(payload: ImageBatchPayload, font: DrawingFont, context: TaskContext): Promise<void> {
  const { lines, directory, replace } = payload;
  const startedAt = performance.now();
  const due = replace ? lines.map((line) => ({ ...line, isCompleting: false })) : lines.flatMap((line) => dueLine(line, directory));
  const notMade: BatchOutcome[] = [];
  const staged = await stageAll(due, payload, font, notMade, context.signal);
  const areNew = context.publish(
    directory,
    staged.map(({ key, metadata, image }) => [
      { staged: image.path, file: imageFile(key) },
      { staged: metadata.path, file: metadataFile(key) },
    ]),
    replace,
  );
  const seconds = (performance.now() - startedAt) / 1000 / Math.max(1, due.length);
  const isDue = new Set(due.map(({ key }) => key));
  const present = lines.filter(({ key }) => !isDue.has(key)).map(({ key }): BatchOutcome => ({ key, isThere: true }));
  context.partial([...present, ...notMade, ...staged.map((line, i): BatchOutcome => ({ key: line.key, file: imageFile(line.key), isNew: areNew[i]!, isCompleted: line.isCompleting, outcome: outcomeOf(line, font, seconds) }))]);
}

function outcomeOf({ shape, digest, pixels, image }: StagedLine, font: DrawingFont, seconds: number): Extract<BatchOutcome, { isNew: boolean }>['outcome'] {
  return { sizeBytes: image.bytes.length, modifiedAtMs: Number(image.modifiedNs) / 1e6, digest, shape, dtype: 'uint8', statistics: null, seconds, warnings: [], maker: makerOf(LIBRARY_VERSION, font.facts.md5), pixels };
}

/** One line after the other: there is a worker for every core, and a second line at once would only compete with the other workers. */
async function stageAll(lines: readonly DueLine[], payload: ImageBatchPayload, font: DrawingFont, notMade: BatchOutcome[], signal: AbortSignal): Promise<StagedLine[]> {
  const durable: StagedLine[] = [];
  let settling: Promise<void> = Promise.resolve();
  for (let at = 0; at < lines.length; at += SYNCED_TOGETHER) {
    const written: StagedLine[] = [];
    try {
      for (const line of lines.slice(at, at + SYNCED_TOGETHER)) {
        throwIfAborted(signal);
        try {
          const made = await stageLine(line, payload, font);
          if ('refusal' in made) notMade.push(made);
          else written.push(made);
        } catch (error) {
          notMade.push(failure(line, payload, error));
        }
      }
    } finally {
      // Also on the way out: descriptors are closed there.
      const before = settling;
      settling = settleLines(written, payload, durable, notMade);
      await before;
    }
  }
  await settling;
  return durable;
}

async function settleLines(lines: readonly StagedLine[], payload: ImageBatchPayload, durable: StagedLine[], notMade: BatchOutcome[]): Promise<void> {
  const problems = await settleFiles(lines.flatMap(({ metadata, image }) => [metadata, image]));
  for (const [i, line] of lines.entries()) {
    const problem = problems[2 * i] ?? problems[2 * i + 1];
    if (problem === undefined) durable.push(line);
    else notMade.push(failure({ key: line.key, text: line.key }, payload, problem));
  }
}

async function stageLine(line: DueLine, { height, stagingDirectory, directory, mayBeStaged }: ImageBatchPayload, font: DrawingFont): Promise<StagedLine | Refused> {
  const { key, text, fontPath, isCompleting } = line;
  const drawn = textToDraw(text);
  const verdict = await font.guard.judge(drawn);
  if (verdict !== undefined) return notDrawn(line, font, verdict.reason, verdict.message);
  const paths = stagedPaths(stagingDirectory, key, makerOf(LIBRARY_VERSION, font.facts.md5));
  const left = mayBeStaged && !isCompleting ? openStagedPair(paths, line, height) : undefined;
  if (left !== undefined) return { key, isCompleting, ...left };
  const rendered = await renderLine({ text: drawn, font: font.facts, height });
  if (rendered === 'too-long') return notDrawn(line, font, rendered, 'It is wider than a picture can be.');
  const there = isCompleting ? pictureThere(directory, key, height) : undefined;
  const pixels = pixelsMd5(rendered.pixels);
  // What comes back meanwhile would get metadata that nobody has held against it.
  if (isCompleting && there === undefined) throw goneMeanwhile(line, directory);
  if (there !== undefined && (there.width !== rendered.width || there.pixels !== pixels)) throw notTheSame(line, directory);
  const png = encodeGreyPng(rendered.pixels, rendered.width, rendered.height);
  const image = writeFileOpen(paths.image, png);
  const about = metadataText({ text, fontPath, height, width: rendered.width, key, createdAt: createdAtText(there?.modifiedNs ?? image.modifiedNs) });
  const metadata = besideOpen(image, paths.metadata, Buffer.from(about, 'utf8'));
  return { key, isCompleting, image, metadata, shape: [rendered.height, rendered.width], digest: createHash('sha256').update(png).digest('hex'), pixels };
}

function goneMeanwhile({ key, text }: LineRequest, directory: string): LarderError {
  return new LarderError('FILE_NOT_FOUND', `${imageFile(key)} of "${text.slice(0, 40)}" was there a moment ago and is gone.`, { hint: 'Something else changes this folder. Run the same command again when it has ended.', details: { path: join(directory, imageFile(key)) } });
}

/** Whose it is nobody can say here: `fix` asks the catalog, the index and the corpus. */
function notTheSame({ key, text }: LineRequest, directory: string): LarderError {
  return new LarderError('ENTRY_DAMAGED', `${imageFile(key)} of "${text.slice(0, 40)}" is there without its metadata, and cannot be read or is not what would be drawn now: it stays as it is.`, { hint: 'Run larder fix, which looks at what is there.', details: { path: join(directory, imageFile(key)) } });
}

function notDrawn({ key, text, fontPath }: LineRequest, { facts }: DrawingFont, reason: SkipReason, message: string): Refused {
  return { key, basis: refusalBasis(facts.md5), refusal: { reason, message: `"${text.slice(0, 40)}" is not drawn in ${fontPath}: ${message}` } };
}

function failure({ key, text }: Pick<LineRequest, 'key' | 'text'>, { stagingDirectory }: ImageBatchPayload, error: unknown): BatchOutcome {
  return { key, error: toWire(fileError(error, stagingDirectory, `drawing "${text.slice(0, 40)}" in`)) };
}
