import { inflateSync } from 'node:zlib';
import { walkChunks } from './chunks.ts';
import type { PngChunk, PngProblem } from './chunks.ts';
import { parseHeader } from './header.ts';
import type { PngHeader } from './header.ts';
import { filteredBytes, unfilter } from './unfilter.ts';
import type { PngPass } from './unfilter.ts';

export type { PngProblem, PngProblemCode } from './chunks.ts';

export interface PngReading {
  /** Missing where IHDR cannot be believed. */
  readonly header: PngHeader | undefined;
  /** Everything wrong with the file, in file order. Empty: sound to the last byte. */
  readonly problems: readonly PngProblem[];
  /** Every pixel, if all of them decode and the zlib checksum is right, whatever else is wrong. */
  readonly content: PngContent | undefined;
}

export interface PngContent {
  readonly passes: readonly PngPass[];
  /** RGB triples, for palette pictures. */
  readonly palette: Uint8Array | undefined;
  /** The file marks a colour as transparent (tRNS). */
  readonly hasTransparency: boolean;
}

export interface PngLimits {
  /** Bytes the picture may inflate to; larger ones are `corrupt` and never inflated. */
  readonly maxPixelBytes?: number;
}

/** A line of text at the largest height is 32,767 × 256 pixels; a picture of four samples a pixel still fits. */
const MAX_PIXEL_BYTES = 64 * 1024 * 1024;

/**
 * Reads a PNG strictly: signature, CRC of every chunk, order, inflated length, zlib checksum, row
 * filters, nothing behind the end. Never throws for what is in the file.
 */
export function readPng(bytes: Uint8Array, limits: PngLimits = {}): PngReading {
  const { chunks, problems } = walkChunks(bytes);
  const first = chunks[0];
  if (first === undefined) return { header: undefined, problems, content: undefined };
  const header = first.type === 'IHDR' ? parseHeader(first.data) : `the first chunk is ${first.type}, not IHDR`;
  if (typeof header === 'string') return { header: undefined, problems: orElse(problems, header), content: undefined };
  const order = orderProblem(chunks);
  const content = order ?? readContent(header, chunks, limits.maxPixelBytes ?? MAX_PIXEL_BYTES);
  if (typeof content === 'string') return { header, problems: orElse(problems, content), content: undefined };
  if (content.hasRest) return { header, problems: orElse(problems, 'bytes follow the compressed pixels'), content };
  return { header, problems, content };
}

/** Only the header: for a quick look. @returns undefined if IHDR is missing or means nothing */
export function readPngHeader(bytes: Uint8Array): PngHeader | undefined {
  const first = walkChunks(bytes.subarray(0, 33)).chunks[0];
  const header = first?.type === 'IHDR' ? parseHeader(first.data) : undefined;
  return typeof header === 'string' ? undefined : header;
}

/** A structural problem explains why the pixels do not decode; only without one is the sentence told. */
function orElse(problems: readonly PngProblem[], message: string): readonly PngProblem[] {
  return problems.some(({ code }) => code !== 'trailing-bytes') ? problems : [{ code: 'corrupt', message }, ...problems];
}

/** Chunks a reader must know; an unknown one with a capital first letter means a picture we cannot judge (5.4). */
const CRITICAL = new Set(['IHDR', 'PLTE', 'IDAT', 'IEND']);

function orderProblem(chunks: readonly PngChunk[]): string | undefined {
  const types = chunks.map(({ type }) => type);
  const unknown = types.find((type) => /^[A-Z]/.test(type) && !CRITICAL.has(type));
  if (unknown !== undefined) return `the critical chunk ${unknown} is unknown`;
  if (types.lastIndexOf('IHDR') !== 0) return 'there is more than one IHDR';
  const firstData = types.indexOf('IDAT');
  if (firstData === -1) return 'there is no IDAT';
  if (types.slice(firstData, types.lastIndexOf('IDAT')).some((type) => type !== 'IDAT')) return 'IDAT chunks are apart';
  return undefined;
}

function readContent(header: PngHeader, chunks: readonly PngChunk[], maxPixelBytes: number): (PngContent & { readonly hasRest: boolean }) | string {
  const expected = filteredBytes(header);
  if (expected > maxPixelBytes) return `${header.width} × ${header.height} pixels are more than a line of text can have`;
  const packed = Buffer.concat(chunks.filter(({ type }) => type === 'IDAT').map(({ data }) => data));
  const inflated = inflate(packed, expected);
  if (typeof inflated === 'string') return inflated;
  const passes = unfilter(header, inflated.data);
  if (typeof passes === 'string') return passes;
  const palette = chunks.find(({ type }) => type === 'PLTE')?.data;
  return { passes, palette, hasTransparency: chunks.some(({ type }) => type === 'tRNS'), hasRest: inflated.hasRest };
}

interface InflateResult {
  readonly buffer: Buffer;
  readonly engine: { readonly bytesWritten: number };
}

/** Inflates exactly `expected` bytes, never more, whatever the stream promises. Node checks the Adler-32. */
function inflate(packed: Buffer, expected: number): { readonly data: Uint8Array; readonly hasRest: boolean } | string {
  try {
    // With `info` Node returns this pair, which its types do not know.
    const { buffer, engine } = inflateSync(packed, { info: true, maxOutputLength: expected + 1 }) as unknown as InflateResult;
    if (buffer.length !== expected) return `the pixels inflate to ${buffer.length} bytes instead of ${expected}`;
    return { data: buffer, hasRest: engine.bytesWritten < packed.length };
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    if (error.code === 'ERR_BUFFER_TOO_LARGE') return `the pixels inflate to more than ${expected} bytes`;
    return `the compressed pixels are damaged (${error.message})`;
  }
}
