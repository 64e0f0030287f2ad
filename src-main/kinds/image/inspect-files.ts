import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { AS_IT_IS, errnoOf, fileError, isLarderError, throwIfAborted } from '../../base/index.ts';
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
  /** It is the disk that did not give it, and no link or folder that is in its place. */
  readonly isUnread?: boolean;
}

export interface KeyFacts {
  readonly key: string;
  readonly image: ImageFacts | null;
  readonly metadata: MetadataReading | null;
  readonly metadataBytes: number;
  /** ctimes; null where there is no file, or it could not be read. */
  readonly imageChangedAtMs: number | null;
  readonly metadataChangedAtMs: number | null;
}

/** The header and its frame. */
const QUICK_BYTES = 33;

/**
 * Looks at the files of many keys, for a worker, which has nothing else to do: the calls wait. Handing several
 * small reads a key to other threads takes ten times as long.
 *
 * @param isQuick headers only, no pixels
 * @throws CANCELLED
 */
export async function inspectFiles(keys: readonly KeyFiles[], isQuick: boolean, signal: AbortSignal): Promise<readonly KeyFacts[]> {
  const facts: KeyFacts[] = [];
  for (const files of keys) {
    throwIfAborted(signal);
    facts.push(keyFacts(files, isQuick));
    // A request to stop is heard in between.
    if (facts.length % KEYS_BETWEEN_LOOKS === 0) await setImmediate();
  }
  return facts;
}

const KEYS_BETWEEN_LOOKS = 16;

function keyFacts({ key, image: picture, metadata: file }: KeyFiles, isQuick: boolean): KeyFacts {
  const read = file === null ? undefined : readWhole(file);
  const image = picture === null ? undefined : readWhole(picture);
  const metadata = read === undefined ? null : 'unreadable' in read ? { problem: read.unreadable, parts: {}, isUnread: read.isUnread } : readMetadata(read.bytes);
  return { key, image: image === undefined ? null : imageFacts(image, isQuick), metadata, metadataBytes: read === undefined || 'unreadable' in read ? 0 : read.bytes.length, imageChangedAtMs: changedOf(image), metadataChangedAtMs: changedOf(read) };
}

function changedOf(read: WholeFile | undefined): number | null {
  return read === undefined || 'unreadable' in read ? null : read.changedAtMs;
}

function imageFacts(read: WholeFile, isQuick: boolean): ImageFacts {
  const none = { sizeBytes: 0, modifiedNs: '0', problems: [], width: null, height: null, isPlainGrey: true, pixelsMd5: null };
  if ('unreadable' in read) return { ...none, unreadable: read.unreadable, isUnread: read.isUnread };
  const { bytes, modifiedNs } = read;
  const common = { sizeBytes: bytes.length, modifiedNs: String(modifiedNs) };
  if (isQuick) {
    const header = readPngHeader(bytes.subarray(0, QUICK_BYTES));
    const problems: PngProblem[] = header === undefined ? [...readPng(bytes).problems] : [];
    return { ...common, problems, width: header?.width ?? null, height: header?.height ?? null, isPlainGrey: header === undefined || isPlainGrey(header), pixelsMd5: null };
  }
  const { header, problems, content } = readPng(bytes);
  const grey = header === undefined || content === undefined ? undefined : greyPixels(header, content);
  return { ...common, problems, width: header?.width ?? null, height: header?.height ?? null, isPlainGrey: header === undefined || isPlainGrey(header), pixelsMd5: grey === undefined ? null : pixelsMd5(grey) };
}

/** A sentence if the disk does not give it, or it is a link. */
type WholeFile = { readonly bytes: Buffer; readonly modifiedNs: bigint; readonly changedAtMs: number } | { readonly unreadable: string; readonly isUnread: boolean };

/** @returns undefined if it is gone */
function readWhole(path: string): WholeFile | undefined {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, AS_IT_IS);
    const { mtimeNs, ctimeNs } = fstatSync(descriptor, { bigint: true });
    return { bytes: readFileSync(descriptor), modifiedNs: mtimeNs, changedAtMs: Number(ctimeNs) / 1e6 };
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    const told = fileError(error, path, 'reading');
    return { unreadable: told instanceof Error ? told.message : String(told), isUnread: isLarderError(told, 'IO_FAILED') || isLarderError(told, 'PERMISSION_DENIED') };
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}
