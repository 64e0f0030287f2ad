import type { KindId } from '../contract/entries.ts';
import { LarderError } from '../base/index.ts';
import type { CacheKind } from './kind.ts';
import { imageKind } from './image/index.ts';
import { volumeKind } from './volume/index.ts';

/** Every kind of cache Larder knows, one line each. */
export const KINDS: readonly CacheKind[] = [volumeKind, imageKind];

export function getKind(id: KindId): CacheKind {
  const kind = KINDS.find((candidate) => candidate.id === id);
  if (kind === undefined) throw new LarderError('CACHE_FOREIGN', `Caches of the kind "${id}" are not known to this version.`, { hint: 'Use a newer version of Larder.' });
  return kind;
}
