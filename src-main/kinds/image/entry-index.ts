import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { AS_IT_IS, errnoOf, fileError, inBatches, throwIfAborted } from '../../base/index.ts';
import { readPngHeader } from '../../formats/png/index.ts';
import type { EntryDescription, EntryIndex, IndexChoices } from '../kind.ts';
import { DEFAULT_INDEX_PREFIX, indexForm } from './cache-json.ts';
import { indexEntryOf, isSlimValue } from './index-entries.ts';
import { readIndexValues } from './index-read.ts';
import { isProven, readMetadata } from './metadata-read.ts';
import { INDEX_FILE, imageFile, metadataFile } from './paths.ts';
import { readSmall } from './read-small.ts';

const FILES_AT_ONCE = 32;

/**
 * What the folder says of these keys: metadata where they prove themselves, otherwise the index,
 * which is read once, at the end. An entry of which neither knows a text is described without a name.
 */
async function* describe(directory: string, keys: Iterable<string>, signal: AbortSignal): AsyncGenerator<EntryDescription> {
  const nameless = new Map<string, EntryDescription>();
  for (const some of inBatches(keys, FILES_AT_ONCE)) {
    // Files that are read without waiting give nobody else a turn.
    await setImmediate();
    throwIfAborted(signal);
    for (const entry of await Promise.all(some.map((key) => ofMetadata(directory, key)))) {
      if (entry.name === null) nameless.set(entry.key, entry);
      else yield entry;
    }
  }
  if (nameless.size === 0) return;
  const values = await readIndexValues(directory, new Set(nameless.keys()), signal);
  for (const entry of nameless.values()) {
    const listed = indexEntryOf(values?.get(entry.key));
    yield listed === undefined ? entry : { ...entry, name: listed.text, variant: listed.font };
  }
}

async function ofMetadata(directory: string, key: string): Promise<EntryDescription> {
  const bytes = await readSmall(join(directory, metadataFile(key)), 'reading the metadata');
  const value = bytes === undefined ? undefined : readMetadata(bytes).value;
  if (value !== undefined && isProven(value, key)) return { key, name: value.text, variant: value.fontPath, shape: [value.height, value.width], dtype: 'uint8' };
  const header = await readHeader(join(directory, imageFile(key)));
  return { key, name: null, variant: null, shape: header === undefined ? null : [header.height, header.width], dtype: header === undefined ? null : 'uint8' };
}

async function readHeader(path: string): Promise<ReturnType<typeof readPngHeader>> {
  try {
    const handle = await open(path, AS_IT_IS);
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(33), 0, 33, 0);
      return readPngHeader(buffer.subarray(0, bytesRead));
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (isNothing(error)) return undefined;
    throw fileError(error, path, 'reading the image');
  }
}

/** It is gone, or a link, which tells nothing about the entry. */
function isNothing(error: unknown): boolean {
  const errno = errnoOf(error);
  return errno === 'ENOENT' || errno === 'ELOOP';
}

/** Bytes at the start of an index that hold at least one entry, or say that they hold none. */
const HEAD_BYTES = 64 * 1024;

/** Prefix and form of the index that is there, judged by its first entry; otherwise those of the original. */
async function choicesOf(directory: string): Promise<IndexChoices> {
  const none = { prefix: DEFAULT_INDEX_PREFIX, slim: false };
  try {
    const handle = await open(join(directory, INDEX_FILE), AS_IT_IS);
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
      const head = buffer.subarray(0, bytesRead).toString('utf8');
      const [, value] = /^\s*\{\s*"[0-9a-f]{32}"\s*:\s*(\{[^{}]*\})/.exec(head) ?? [];
      if (value === undefined) return none;
      const parsed: unknown = JSON.parse(value);
      if (isSlimValue(parsed)) return { ...none, slim: true };
      const path = indexEntryOf(parsed)?.imagePath.replaceAll('\\', '/');
      const prefix = path === undefined ? undefined : /^(.*)\/images\/[0-9a-f]{32}\.png$/.exec(path)?.[1];
      return prefix === undefined ? none : { prefix, slim: false };
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (error instanceof SyntaxError || isNothing(error)) return none;
    throw fileError(error, join(directory, INDEX_FILE), 'reading the index');
  }
}

export const imageIndex: EntryIndex = {
  file: INDEX_FILE,
  describe,
  choicesOf,
  form: indexForm,
};
