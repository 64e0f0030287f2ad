import type { CacheSummary } from '../../../src-main/contract/commands.ts';
import type { Mirror } from '../../state/index.ts';
import { useOwnChanges } from './toasts.ts';

/** Changes whenever rows of a cache may have: the engine tells that they did, or this page did it, or the news began anew. */
export function useRevision(mirror: Mirror, cache: CacheSummary): string {
  const own = useOwnChanges((state) => state.changes);
  return `${mirror.snapshots} ${mirror.changes[cache.directory] ?? 0} ${own}`;
}
