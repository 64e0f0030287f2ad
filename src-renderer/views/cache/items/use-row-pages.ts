import { useEffect, useReducer, useRef, useState } from 'react';
import type { ItemsFilter } from '../../../../src-main/contract/methods.ts';
import { call } from '../../../state/index.ts';
import { RowPages } from './row-pages.ts';

export type ItemsQuery = ItemsFilter;

export interface ShownRows {
  readonly pages: RowPages;
  /** Which list these rows are of. */
  readonly about: string;
  /** Whether they are of the list that was asked for last. */
  readonly isCurrent: boolean;
  /** That list, while others are shown: what keys and buttons mean. */
  readonly asked: () => RowPages;
}

/**
 * Rows of a cache for one filter and order. What was shown stays until the first rows of the next are there, which then come into
 * the same elements: taking all of them out of the page and making new ones would cost more than the answer.
 */
export function useRowPages(cacheId: number, query: ItemsQuery, revision: string): ShownRows {
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  const about = `${cacheId} ${JSON.stringify(query)}`;
  const make = (onChange: () => void): RowPages => new RowPages((offset, limit) => call('cache.items', { cacheId, ...query, offset, limit }), onChange);
  const [shown, setShown] = useState(() => ({ about, pages: make(redraw) }));
  const latest = useRef(shown);
  useEffect(() => {
    if (latest.current.about === about) return;
    // Whoever comes back before the next list has come sees what is there still.
    if (shown.about === about) {
      latest.current = shown;
      return;
    }
    const pages: RowPages = make(() => {
      if (latest.current.pages !== pages) return;
      setShown(latest.current);
      redraw();
    });
    latest.current = { about, pages };
    pages.want(0, 0);
    // `about` says all that the loading depends on.
  }, [about]);
  const seen = useRef(revision);
  useEffect(() => {
    if (seen.current === revision) return;
    seen.current = revision;
    latest.current.pages.refresh();
  }, [revision]);
  const [asked] = useState(() => () => latest.current.pages);
  return { ...shown, isCurrent: shown.about === about, asked };
}
