import { useEffect, useRef, useState } from 'react';
import { call } from '../../../state/index.ts';
import type { Selection } from './selection.ts';
import { choose } from './selection.ts';
import type { ItemsQuery } from './use-row-pages.ts';

/** The panel follows at once, and while a key is held down, once it rests. */
const REST_MS = 120;

/** Where the entry of the address stands, once: a link or a reload brings it into view. */
export function useReveal(cacheId: number, entryKey: string | null, query: ItemsQuery, setSelection: (change: (before: Selection) => Selection) => void): readonly [number | null, (index: number) => void] {
  const [reveal, setReveal] = useState<number | null>(null);
  const asked = useRef<string | null>(null);
  useEffect(() => {
    if (entryKey === null || asked.current === `${cacheId}`) return;
    asked.current = `${cacheId}`;
    void (async () => {
      try {
        const index = await call('cache.position', { cacheId, key: entryKey, ...query });
        if (index === null) return;
        const { rows } = await call('cache.items', { cacheId, ...query, offset: index, limit: 1 });
        setReveal(index);
        setSelection((before) => (before.active === null && rows[0] !== undefined ? choose(index, rows[0]) : before));
      } catch {
        // The panel says what is wrong with the entry; here it is only not brought into view.
      }
    })();
    // Only the place the page was opened at is looked for.
  }, [cacheId, entryKey]);
  return [reveal, setReveal];
}

/**
 * An open panel shows the row one is on; closed, a first click opens it. Picking rows leaves it alone. During a quick look it
 * waits, and one that was closed stays closed.
 */
export function useFollow(selection: Selection, entryKey: string | null, isLooking: boolean, open: (key: string) => void): void {
  const [only] = selection.rows.size === 1 && !selection.isPicked ? selection.rows.keys() : [];
  const seen = useRef<string | undefined>(undefined);
  const chosenAtMs = useRef(-Infinity);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  // Who closes the panel does not want what was about to be shown in it.
  useEffect(() => {
    if (entryKey === null) clearTimeout(timer.current);
  }, [entryKey]);
  useEffect(() => {
    if (isLooking && entryKey === null) seen.current = only;
    if (isLooking || only === seen.current) return undefined;
    seen.current = only;
    if (only === undefined || only === entryKey) return undefined;
    const nowMs = performance.now();
    const isHeld = nowMs - chosenAtMs.current < REST_MS;
    chosenAtMs.current = nowMs;
    if (!isHeld) {
      open(only);
      return undefined;
    }
    timer.current = setTimeout(() => open(only), REST_MS);
    return () => clearTimeout(timer.current);
    // Closing the panel must not open it again; only another choice does.
  }, [only, isLooking]);
}
