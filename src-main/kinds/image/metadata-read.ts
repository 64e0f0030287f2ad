import { isUtf8 } from 'node:buffer';
import type { ImageMetadata } from './cache-json.ts';
import { imageKey } from './cache-json.ts';

/** Metadata as a file has them; `problem` in words if they cannot be used. */
export type MetadataReading = { readonly value: ImageMetadata; readonly problem?: undefined } | { readonly value?: undefined; readonly problem: string; readonly parts: MetadataParts; /** The disk did not give them: what they say nobody knows. */ readonly isUnread?: boolean };

/** What could still be read of broken metadata. */
export interface MetadataParts {
  readonly text?: string;
  readonly fontPath?: string;
  readonly height?: number;
}

/** Reads the bytes of `metadata/<key>.json`; never throws. Line ends of Windows are accepted. */
export function readMetadata(bytes: Uint8Array): MetadataReading {
  if (!isUtf8(bytes)) return { problem: 'it is not UTF-8', parts: {} };
  let parsed: unknown;
  try {
    parsed = JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    return { problem: bytes.length === 0 ? 'it is empty' : 'it is no JSON', parts: {} };
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return { problem: 'it is no object', parts: {} };
  const { text, font_path: fontPath, image_height: height, image_width: width, cache_key: key, created_at: createdAt } = parsed as Record<string, unknown>;
  const parts = { ...(typeof text === 'string' ? { text } : {}), ...(typeof fontPath === 'string' ? { fontPath } : {}), ...(isCount(height) ? { height } : {}) };
  if (typeof text !== 'string') return { problem: lacks('text', text), parts };
  if (typeof fontPath !== 'string') return { problem: lacks('font_path', fontPath), parts };
  if (!isCount(height)) return { problem: lacks('image_height', height), parts };
  if (!isCount(width)) return { problem: lacks('image_width', width), parts };
  if (typeof key !== 'string') return { problem: lacks('cache_key', key), parts };
  if (typeof createdAt !== 'string') return { problem: lacks('created_at', createdAt), parts };
  return { value: { text, fontPath, height, width, key, createdAt } };
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) > 0;
}

function lacks(field: string, value: unknown): string {
  return value === undefined ? `${field} is missing` : `${field} is ${JSON.stringify(value)?.slice(0, 40) ?? 'nothing'}`;
}

/** Whoever judges an entry asks again and again. */
let proof: { readonly value: ImageMetadata; readonly key: string } | undefined;

/** True if text, font path and height hash to the name of the file. */
export function isProven(value: ImageMetadata, key: string): boolean {
  if (proof?.value !== value) proof = { value, key: imageKey(value) };
  return proof.key === key;
}
