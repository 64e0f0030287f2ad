import { useEffect, useReducer, useRef, useState } from 'react';
import type { ItemsFilter } from '../../../../src-main/contract/methods.ts';
import { call } from '../../../state/index.ts';
import { RowPages } from './row-pages.ts';

export type ItemsQuery = ItemsFilter;

/** Rows of a cache for one filter and order; what was shown stays until the first rows of the next are there. */
export function useRowPages(cacheId: number, query: ItemsQuery, revision: string): { readonly pages: RowPages; readonly about: string } {
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  const about = `${cacheId} ${JSON.stringify(query)}`;
  const make = (): RowPages => new RowPages((offset, limit) => call('cache.items', { cacheId, ...query, offset, limit }), redraw);
  const [current, setCurrent] = useState(() => ({ about, pages: make() }));
  const latest = useRef(current);
  useEffect(() => {
    if (latest.current.about === about) return undefined;
    const next = { about, pages: make() };
    latest.current = next;
    next.pages.want(0, 0);
    setCurrent(next);
    return undefined;
    // `about` says all that the loading depends on.
  }, [about]);
  const seen = useRef(revision);
  useEffect(() => {
    if (seen.current === revision) return;
    seen.current = revision;
    latest.current.pages.refresh();
  }, [revision]);
  return current;
}
