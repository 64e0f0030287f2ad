import { lstat, open } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { AS_IT_IS, errnoOf, fileError, throwIfAborted } from '../../base/index.ts';
import { IndexEntries } from './index-entries.ts';
import { INDEX_FILE } from './paths.ts';
import { scanObject } from './scan-object.ts';

export interface IndexState {
  readonly state: 'missing' | 'unreadable' | 'readable';
  /** What is wrong with it, if it is unreadable. */
  readonly problem?: string;
}

export interface CacheIndex extends IndexState {
  /** None unless it is readable. */
  readonly entries: IndexEntries;
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
  const { result, ...state } = await readMembers(directory, () => new IndexEntries(), (entries, key, value) => entries.add(key, value), signal);
  return { ...state, entries: result };
}

/**
 * The entries of some keys as they stand in the index, by key; those it does not have are left out.
 *
 * @returns undefined if there is no index that can be read
 * @throws PERMISSION_DENIED, IO_FAILED, CANCELLED
 */
export async function readIndexValues(directory: string, keys: ReadonlySet<string>, signal: AbortSignal): Promise<ReadonlyMap<string, unknown> | undefined> {
  const take = (values: Map<string, unknown>, key: string, value: unknown): void => {
    if (keys.has(key)) values.set(key, value);
  };
  const { state, result } = await readMembers(directory, () => new Map<string, unknown>(), take, signal);
  return state === 'readable' ? result : undefined;
}

/** Which index lies there: another one after it was written anew. */
export async function indexIdentity(directory: string): Promise<string> {
  const path = join(directory, INDEX_FILE);
  try {
    const { ino, size, mtimeNs } = await lstat(path, { bigint: true });
    return `${ino} ${size} ${mtimeNs}`;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return 'none';
    throw fileError(error, path, 'looking at the index');
  }
}

type Reading<T> = IndexState & { readonly result: T };

/** @param begin makes what members are put into, anew for every try and for an index that cannot be read */
async function readMembers<T>(directory: string, begin: () => T, take: (result: T, key: string, value: unknown) => void, signal: AbortSignal): Promise<Reading<T>> {
  for (let attempt = 1; ; attempt++) {
    const reading = await readOnce(join(directory, INDEX_FILE), begin, take, signal);
    if (reading.state !== 'unreadable' || attempt >= TRIES) return reading;
    await delay(PAUSE_MS);
  }
}

async function readOnce<T>(path: string, begin: () => T, take: (result: T, key: string, value: unknown) => void, signal: AbortSignal): Promise<Reading<T>> {
  const chunks = async function* (): AsyncGenerator<Uint8Array> {
    const file = await open(path, AS_IT_IS);
    for await (const chunk of file.createReadStream({ highWaterMark: 1 << 20 })) {
      throwIfAborted(signal);
      yield chunk as Buffer;
    }
  };
  const result = begin();
  try {
    const problem = await scanObject(chunks(), (key, value) => take(result, key, value));
    return problem === undefined ? { state: 'readable', result } : { state: 'unreadable', problem, result: begin() };
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return { state: 'missing', result };
    if (errnoOf(error) === 'ELOOP') return { state: 'unreadable', problem: 'it is a link, and links are not followed', result };
    throw fileError(error, path, 'reading the index');
  }
}
