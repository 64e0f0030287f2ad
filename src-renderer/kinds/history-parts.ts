import type { ComponentType } from 'react';
import type { KindId } from '../../src-main/contract/entries.ts';
import { ImageLookups } from './image/Lookups.tsx';

export interface HistoryPartProps {
  readonly cacheId: number;
  /** Asked anew whenever it changes. */
  readonly revision: unknown;
}

const PARTS: Partial<Record<KindId, ComponentType<HistoryPartProps>>> = { image: ImageLookups };

/** What a kind knows of a cache's past beside the jobs; undefined: nothing. */
export function historyPartFor(kind: KindId): ComponentType<HistoryPartProps> | undefined {
  return PARTS[kind];
}
