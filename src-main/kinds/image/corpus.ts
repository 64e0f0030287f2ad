import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileError, isCancelled, LarderError, throwIfAborted } from '../../base/index.ts';
import { compareCodePoints } from '../../formats/json/index.ts';
import type { ImageSplit } from './contract.ts';
import { stripLikePython } from './text-to-draw.ts';
import { invalidUtf8Offset } from './utf8.ts';

export interface CorpusProblem {
  readonly code: 'missing' | 'not-utf8' | 'too-large' | 'unreadable';
  /** Path of the file. */
  readonly file: string;
  /** Of the first byte that is not UTF-8. */
  readonly byteOffset?: number;
  /** Lines of the file, none of which is used. */
  readonly linesLost?: number;
  readonly message: string;
}

export interface CorpusSplit {
  readonly split: ImageSplit;
  /** Stripped, without empty ones, duplicates kept, in file order. */
  readonly lines: readonly string[];
  /** Files that were read, in the order they were read. */
  readonly files: readonly string[];
  readonly problems: readonly CorpusProblem[];
}

/** A text of more bytes might not fit the longest string; corpora this large come in parts. */
const MAX_FILE_BYTES = 512 * 1024 * 1024;

/**
 * The lines of one split, as the training code loads them: for train every `train_*.txt` in
 * code-point order, or `train.txt` where there is none; one file for val and test. A file that cannot
 * be used is a problem, and the others are read.
 *
 * @param maxLines of the whole split; 0 or undefined: all
 * @throws CORPUS_INVALID if the folder cannot be read; CANCELLED
 */
export async function readCorpusSplit(directory: string, split: ImageSplit, options: { readonly maxLines?: number; readonly signal?: AbortSignal } = {}): Promise<CorpusSplit> {
  const names = await fileNames(directory, split);
  const lines: string[] = [];
  const files: string[] = [];
  const problems: CorpusProblem[] = [];
  const limit = options.maxLines === undefined || options.maxLines === 0 ? Infinity : options.maxLines;
  for (const name of names) {
    throwIfAborted(options.signal);
    const file = join(directory, name);
    const read = await readLines(file);
    if (Array.isArray(read)) {
      files.push(file);
      for (const line of read) if (lines.length < limit) lines.push(line);
    } else problems.push(read as CorpusProblem);
    if (lines.length >= limit) break;
  }
  return { split, lines, files, problems };
}

async function fileNames(directory: string, split: ImageSplit): Promise<readonly string[]> {
  if (split !== 'train') return [`${split}.txt`];
  try {
    const parts = (await readdir(directory)).filter((name) => /^train_.*\.txt$/s.test(name)).sort(compareCodePoints);
    return parts.length > 0 ? parts : ['train.txt'];
  } catch (error) {
    throw new LarderError('CORPUS_INVALID', `The corpus folder ${directory} cannot be read.`, {
      hint: 'Name the folder that holds train.txt (or train_0.txt, train_1.txt, …), val.txt and test.txt.',
      cause: fileError(error, directory, 'reading the corpus folder'),
    });
  }
}

async function readLines(file: string): Promise<readonly string[] | CorpusProblem> {
  let bytes: Buffer;
  try {
    const handle = await open(file, 'r');
    try {
      const { size } = await handle.stat();
      if (size > MAX_FILE_BYTES) return { code: 'too-large', file, message: `${file} has ${size} bytes; split it into train_0.txt, train_1.txt and so on, of at most ${MAX_FILE_BYTES} bytes each.` };
      bytes = await handle.readFile();
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (isCancelled(error)) throw error;
    const told = fileError(error, file, 'reading the corpus');
    if (!(told instanceof LarderError)) throw error;
    return { code: told.code === 'FILE_NOT_FOUND' ? 'missing' : 'unreadable', file, message: told.message };
  }
  const byteOffset = invalidUtf8Offset(bytes);
  return byteOffset === undefined ? corpusLines(bytes) : notUtf8(file, bytes, byteOffset);
}

/** A byte order mark stays part of the first line, as it does for the training code. */
function corpusLines(bytes: Uint8Array): readonly string[] {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  return text.split(/\r\n|\r|\n/).map(stripLikePython).filter((line) => line !== '');
}

function notUtf8(file: string, bytes: Uint8Array, byteOffset: number): CorpusProblem {
  const linesLost = corpusLines(bytes).length;
  return { code: 'not-utf8', file, byteOffset, linesLost, message: `${file} is not UTF-8 at byte ${byteOffset}; none of its ${linesLost} lines is used.` };
}
