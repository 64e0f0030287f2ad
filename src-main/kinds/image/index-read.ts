import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { AS_IT_IS, errnoOf, fileError, throwIfAborted } from '../../base/index.ts';
import { INDEX_FILE } from './paths.ts';
import { scanObject } from './scan-object.ts';

export interface CacheIndex {
  readonly state: 'missing' | 'unreadable' | 'readable';
  /** What is wrong with it, if it is unreadable. */
  readonly problem?: string;
  /** Values as they stand, by key; of a key that stands twice the last one, as every parser has it. */
  readonly values: ReadonlyMap<string, unknown>;
  readonly duplicates: ReadonlySet<string>;
  readonly sizeBytes: number;
}

/** A Python process may be rewriting it, and truncates it first. */
const TRIES = 3;
const PAUSE_MS = 200;

/**
 * Reads `cache_index.json` of any size. What cannot be read is looked at three times, because a
 * Python process may be writing it anew.
 *
 * @throws PERMISSION_DENIED, IO_FAILED, CANCELLED
 */
export async function readIndex(directory: string, signal: AbortSignal): Promise<CacheIndex> {
  for (let attempt = 1; ; attempt++) {
    const index = await readOnce(join(directory, INDEX_FILE), signal);
    if (index.state !== 'unreadable' || attempt >= TRIES) return index;
    await delay(PAUSE_MS);
  }
}

async function readOnce(path: string, signal: AbortSignal): Promise<CacheIndex> {
  const values = new Map<string, unknown>();
  const duplicates = new Set<string>();
  let sizeBytes = 0;
  const counted = async function* (): AsyncGenerator<Uint8Array> {
    const file = await open(path, AS_IT_IS);
    for await (const chunk of file.createReadStream({ highWaterMark: 1 << 20 })) {
      throwIfAborted(signal);
      sizeBytes += (chunk as Buffer).length;
      yield chunk as Buffer;
    }
  };
  try {
    const problem = await scanObject(counted(), (key, value) => {
      if (values.has(key)) duplicates.add(key);
      values.set(key, value);
    });
    return problem === undefined ? { state: 'readable', values, duplicates, sizeBytes } : { state: 'unreadable', problem, values: new Map(), duplicates: new Set(), sizeBytes };
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return { state: 'missing', values, duplicates, sizeBytes: 0 };
    if (errnoOf(error) === 'ELOOP') return { state: 'unreadable', problem: 'it is a link, and links are not followed', values, duplicates, sizeBytes: 0 };
    throw fileError(error, path, 'reading the index');
  }
}

/** The texts of an index entry; undefined for one that is no object or lacks them. */
export interface IndexEntry {
  readonly text: string;
  readonly font: string;
  readonly imagePath: string;
  readonly metadataPath: string;
}

export function indexEntryOf(value: unknown): IndexEntry | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const { text, font, image_path: imagePath, metadata_path: metadataPath } = value as Record<string, unknown>;
  if (typeof text !== 'string' || typeof font !== 'string' || typeof imagePath !== 'string' || typeof metadataPath !== 'string') return undefined;
  return { text, font, imagePath, metadataPath };
}

/** An entry of the slim form: a key and nothing else. */
export function isSlimValue(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length === 0;
}
