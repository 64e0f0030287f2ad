import { lstat, readFile } from 'node:fs/promises';
import { errnoOf, fileError, forEachLimited } from '../../base/index.ts';
import { greyPixels, isPlainGrey, pixelsMd5, readPng, readPngHeader } from '../../formats/png/index.ts';
import type { PngProblem } from '../../formats/png/index.ts';
import type { MetadataReading } from './metadata-read.ts';
import { readMetadata } from './metadata-read.ts';

/** Files of one key; null where there is none. Absolute. */
export interface KeyFiles {
  readonly key: string;
  readonly image: string | null;
  readonly metadata: string | null;
}

export interface ImageFacts {
  readonly sizeBytes: number;
  readonly modifiedNs: string;
  readonly problems: readonly PngProblem[];
  readonly width: number | null;
  readonly height: number | null;
  readonly isPlainGrey: boolean;
  /** Of the grey pixels, whatever else is wrong; null if they cannot all be read, or were not asked for. */
  readonly pixelsMd5: string | null;
  /** It could not be read at all: the disk's own words. */
  readonly unreadable?: string;
}

export interface KeyFacts {
  readonly key: string;
  readonly image: ImageFacts | null;
  readonly metadata: MetadataReading | null;
  readonly metadataBytes: number;
}

const AT_ONCE = 8;
/** The header and its frame. */
const QUICK_BYTES = 33;

/** Looks at the files of many keys. @param isQuick headers only, no pixels */
export async function inspectFiles(keys: readonly KeyFiles[], isQuick: boolean, onFacts: (facts: KeyFacts) => void, signal: AbortSignal): Promise<void> {
  await forEachLimited(
    keys,
    AT_ONCE,
    async (files) => {
      const bytes = files.metadata === null ? undefined : await read(files.metadata);
      const metadata = bytes === undefined ? null : typeof bytes === 'string' ? { problem: bytes, parts: {} } : readMetadata(bytes);
      onFacts({ key: files.key, image: files.image === null ? null : await imageFacts(files.image, isQuick), metadata, metadataBytes: typeof bytes === 'object' ? bytes.length : 0 });
    },
    signal,
  );
}

async function imageFacts(path: string, isQuick: boolean): Promise<ImageFacts | null> {
  const bytes = await read(path);
  if (bytes === undefined) return null;
  const none = { sizeBytes: 0, modifiedNs: '0', problems: [], width: null, height: null, isPlainGrey: true, pixelsMd5: null };
  if (typeof bytes === 'string') return { ...none, unreadable: bytes };
  const facts = await lstat(path, { bigint: true });
  const common = { sizeBytes: bytes.length, modifiedNs: String(facts.mtimeNs) };
  if (isQuick) {
    const header = readPngHeader(bytes.subarray(0, QUICK_BYTES));
    const problems: PngProblem[] = header === undefined ? [...readPng(bytes).problems] : [];
    return { ...common, problems, width: header?.width ?? null, height: header?.height ?? null, isPlainGrey: header === undefined || isPlainGrey(header), pixelsMd5: null };
  }
  const { header, problems, content } = readPng(bytes);
  const grey = header === undefined || content === undefined ? undefined : greyPixels(header, content);
  return { ...common, problems, width: header?.width ?? null, height: header?.height ?? null, isPlainGrey: header === undefined || isPlainGrey(header), pixelsMd5: grey === undefined ? null : pixelsMd5(grey) };
}

/** @returns undefined if it is gone; a sentence if the disk does not give it */
async function read(path: string): Promise<Buffer | string | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    const told = fileError(error, path, 'reading');
    return told instanceof Error ? told.message : String(told);
  }
}
