import { useEffect, useState } from 'react';
import type { CacheSummary, StorageShare } from '../../../src-main/contract/commands.ts';
import type { DiskUsage } from '../../../src-main/contract/storage.ts';
import { call } from '../../state/index.ts';

/** A cache measured, or why it could not be. */
export interface Measured {
  readonly shares: readonly StorageShare[];
  readonly disk: DiskUsage | Error;
}

export interface DiskState {
  readonly caches: ReadonlyMap<number, Measured>;
  readonly own: DiskUsage | null;
  readonly error: Error | undefined;
  readonly isMeasuring: boolean;
}

/** Measures the caches one after the other, and Larder's own data; again whenever `revision` changes. What is known stays until it is known anew. */
export function useDisk(library: readonly CacheSummary[], revision: string): DiskState {
  const [state, setState] = useState<DiskState>({ caches: new Map(), own: null, error: undefined, isMeasuring: true });
  useEffect(() => {
    let isCurrent = true;
    const tell = (change: (before: DiskState) => Partial<DiskState>): void => {
      if (isCurrent) setState((before) => ({ ...before, ...change(before) }));
    };
    const measure = async (): Promise<void> => {
      tell(() => ({ isMeasuring: true, error: undefined }));
      const own = await call('storage.own', {});
      tell(() => ({ own }));
      for (const { id } of library) {
        if (!isCurrent) return;
        const measured = await measureCache(id);
        tell(({ caches }) => ({ caches: new Map(caches).set(id, measured) }));
      }
    };
    measure()
      .catch((error: unknown) => tell(() => ({ error: error instanceof Error ? error : new Error(String(error)) })))
      .finally(() => tell(() => ({ isMeasuring: false })));
    return () => {
      isCurrent = false;
    };
    // The library is part of the revision.
  }, [revision]);
  return state;
}

async function measureCache(cacheId: number): Promise<Measured> {
  const disk = await call('storage.disk', { cacheId }).catch((error: unknown) => (error instanceof Error ? error : new Error(String(error))));
  // Rows are brought in line with the files first, where the folder is there; else they are what was known.
  if (!(disk instanceof Error) && disk.isThere) await call('cache.refresh', { cacheId }).catch(() => null);
  return { shares: await call('cache.storage', { cacheId }), disk };
}
