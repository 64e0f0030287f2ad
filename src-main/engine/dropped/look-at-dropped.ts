import { readdir, stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import type { Dropped, DroppedInput, Material } from '../../contract/dropped.ts';
import { fileError } from '../../base/index.ts';
import { KINDS } from '../../kinds/index.ts';
import type { EngineContext } from '../context.ts';
import type { LooseFiles } from '../loose-files.ts';
import { readHead } from '../raw-file.ts';
import type { KnownLists } from './known-lists.ts';
import { placesOf } from './known-places.ts';
import { lookAtEntry } from './look-at-entry.ts';
import { lookAtList } from './look-at-list.ts';

/**
 * What something is by its name, and what is known about it. Nothing is changed; of a file only what
 * is shown is read.
 *
 * @throws FILE_NOT_FOUND, PERMISSION_DENIED; LIST_INVALID for a list, NIFTI_INVALID for a raw volume that cannot be read
 */
export async function lookAtDropped(context: EngineContext, loose: LooseFiles, lists: KnownLists, input: DroppedInput, signal: AbortSignal): Promise<Dropped> {
  if ('text' in input) return await lookAtList(context, lists, input, signal);
  if ('head' in input) return lookAtRaw(context, { name: input.name, path: null }, Buffer.from(input.head, 'base64'));
  if ('name' in input) return await lookAtEntry(context, { name: input.name, path: null }, signal);
  const path = resolve(context.cwd, input.path);
  const place = { name: basename(path), path };
  const facts = await stat(path).catch((error: unknown) => {
    throw fileError(error, path, 'looking at');
  });
  if (facts.isDirectory()) return { ...place, what: 'folder', ...(await materialIn(path)) };
  if (!facts.isFile()) return { ...place, what: 'unknown' };
  if (/\.ya?ml$/i.test(path)) return { ...place, what: 'config' };
  if (/\.csv$/i.test(path)) return await lookAtList(context, lists, { path }, signal);
  if (/\.pt$/i.test(path)) return withView(await lookAtEntry(context, place, signal), loose.add(path));
  if (/\.nii(\.gz)?$/i.test(path)) return withView(lookAtRaw(context, place, await readHead(path)), loose.add(path));
  return { ...place, what: 'unknown' };
}

/** Where something can be drawn, the page is told how to ask for it. */
function withView(dropped: Dropped, view: string): Dropped {
  if (dropped.what === 'raw') return { ...dropped, view };
  return dropped.what === 'entry' && dropped.shape !== null ? { ...dropped, view } : dropped;
}

/** A folder may be one of those that entries are made from. */
async function materialIn(path: string): Promise<{ readonly holds?: Material }> {
  const names = await readdir(path).catch((error: unknown) => {
    throw fileError(error, path, 'looking into');
  });
  for (const kind of KINDS) {
    const holds = kind.materialOf?.(names);
    if (holds !== undefined) return { holds };
  }
  return {};
}

function lookAtRaw(context: EngineContext, place: { readonly name: string; readonly path: string | null }, head: Uint8Array): Dropped {
  for (const kind of KINDS) {
    const facts = kind.rawFacts?.(place.name, head);
    const key = kind.keyOfName(place.name);
    if (facts === undefined || key === undefined) continue;
    return { ...place, what: 'raw', facts: facts.lines, shape: facts.shape, warnings: facts.warnings, view: null, key, places: placesOf(context, key) };
  }
  return { ...place, what: 'unknown' };
}
