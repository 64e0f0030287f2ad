import { crc32 } from 'node:zlib';
import { SIGNATURE } from './header.ts';

export type PngProblemCode = 'empty' | 'not-png' | 'truncated' | 'corrupt' | 'trailing-bytes';

export interface PngProblem {
  readonly code: PngProblemCode;
  /** With offsets and numbers, without the file's name. */
  readonly message: string;
}

export interface PngChunk {
  /** Four letters. */
  readonly type: string;
  readonly data: Uint8Array;
}

export interface ChunkWalk {
  /** In file order, also those with a wrong CRC; the last one may be cut short. */
  readonly chunks: readonly PngChunk[];
  readonly problems: readonly PngProblem[];
}

/** Length, type and CRC of a chunk. */
const FRAME_BYTES = 12;

/** Splits a PNG into its chunks and checks the CRC of each. A wrong CRC does not end the walk, a type that is no name does. */
export function walkChunks(bytes: Uint8Array): ChunkWalk {
  const start = checkSignature(bytes);
  if (start !== undefined) return { chunks: [], problems: [start] };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const chunks: PngChunk[] = [];
  const problems: PngProblem[] = [];
  let at = SIGNATURE.length;
  for (;;) {
    if (at + 8 > bytes.length) return { chunks, problems: [...problems, cut(bytes, at)] };
    const length = view.getUint32(at);
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (!/^[A-Za-z]{4}$/.test(type)) return { chunks, problems: [...problems, { code: 'corrupt', message: `at byte ${at} there is no chunk` }] };
    const end = at + FRAME_BYTES + length;
    const data = bytes.subarray(at + 8, Math.min(at + 8 + length, bytes.length));
    chunks.push({ type, data });
    if (end > bytes.length) return { chunks, problems: [...problems, cut(bytes, at, type)] };
    const found = crc32(bytes.subarray(at + 4, at + 8 + length));
    const stored = view.getUint32(at + 8 + length);
    if (found !== stored) problems.push({ code: 'corrupt', message: `the CRC of ${type} at byte ${at} is ${hex(found)} instead of ${hex(stored)}` });
    if (type === 'IEND') return { chunks, problems: [...problems, ...trailing(bytes, end)] };
    at = end;
  }
}

function checkSignature(bytes: Uint8Array): PngProblem | undefined {
  if (bytes.length === 0) return { code: 'empty', message: 'the file has no bytes' };
  const isPrefix = bytes.subarray(0, SIGNATURE.length).every((byte, at) => byte === SIGNATURE[at]);
  if (!isPrefix) return { code: 'not-png', message: `the file begins with ${Buffer.from(bytes.subarray(0, 8)).toString('hex')}` };
  return bytes.length < SIGNATURE.length ? cut(bytes, 0) : undefined;
}

function cut(bytes: Uint8Array, at: number, type?: string): PngProblem {
  const where = type === undefined ? 'before its end mark' : `inside ${type}, which begins at byte ${at}`;
  return { code: 'truncated', message: `the file ends at byte ${bytes.length}, ${where}` };
}

function trailing(bytes: Uint8Array, end: number): readonly PngProblem[] {
  return end === bytes.length ? [] : [{ code: 'trailing-bytes', message: `${bytes.length - end} bytes follow the end of the picture` }];
}

function hex(value: number): string {
  return value.toString(16).padStart(8, '0');
}
