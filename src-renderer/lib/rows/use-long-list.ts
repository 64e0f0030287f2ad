import { useVirtualizer } from '@tanstack/react-virtual';
import type { RefObject } from 'react';
import { useCallback, useEffect, useLayoutEffect, useRef } from 'react';

/** Above and below those in view. */
const ROWS_BEYOND = 8;
/** What a person scrolls with, also by the bar. */
const BY_HAND = ['wheel', 'pointerdown', 'touchstart'] as const;

/** A row that is to be in view, and where it ended when it was last brought there. */
interface ShownRow {
  readonly index: number;
  readonly end: number | undefined;
}

export interface LongList {
  /** Those in view and a few beyond the edges. */
  readonly drawn: readonly number[];
  /** Room that the others would take; pixels. */
  readonly above: number;
  readonly below: number;
  /** Takes the element of each row, which has its index as `data-index`. */
  readonly measure: (row: HTMLElement | null) => void;
  /** The least movement that shows a row whole; it stays in view until a person scrolls. */
  readonly show: (index: number) => void;
}

/**
 * Some thousand rows, each as high as its words are, of which only those in view exist. A million rows of one height: `useRows`.
 *
 * @param box what scrolls
 * @param rowHeight of most of them
 * @param gap between two
 * @param padding of the box, above and below the rows
 */
export function useLongList(box: RefObject<HTMLElement | null>, count: number, { rowHeight, gap = 0, padding = 0 }: { readonly rowHeight: number; readonly gap?: number; readonly padding?: number }): LongList {
  const virtualizer = useVirtualizer<HTMLElement, HTMLElement>({
    count,
    gap,
    paddingStart: padding,
    paddingEnd: padding,
    estimateSize: () => rowHeight,
    overscan: ROWS_BEYOND,
    measureElement: heightOf,
    getScrollElement: () => box.current,
    useFlushSync: false,
  });
  const items = virtualizer.getVirtualItems();
  const shown = useRef<ShownRow | undefined>(undefined);
  // Rows are measured once they are drawn: one that is higher than was thought moves those after it, also out of view.
  useLayoutEffect(() => {
    const row = items.find(({ index }) => index === shown.current?.index);
    if (row === undefined || row.end === shown.current?.end) return;
    shown.current = { index: row.index, end: row.end };
    virtualizer.scrollToIndex(row.index);
  });
  useEffect(() => {
    const element = box.current;
    const letGo = (): void => void (shown.current = undefined);
    for (const event of BY_HAND) element?.addEventListener(event, letGo, { passive: true });
    return () => {
      for (const event of BY_HAND) element?.removeEventListener(event, letGo);
    };
  }, [box]);
  const show = useCallback(
    (index: number): void => {
      shown.current = { index, end: undefined };
      virtualizer.scrollToIndex(index);
    },
    [virtualizer],
  );
  return {
    drawn: items.map(({ index }) => index),
    // The gap between it and the room is the list's own.
    above: Math.max(0, (items[0]?.start ?? 0) - padding - gap),
    below: Math.max(0, virtualizer.getTotalSize() - padding - (items.at(-1)?.end ?? padding) - gap),
    measure: virtualizer.measureElement,
    show,
  };
}

/** With its fractions: whole pixels would put a row off by a half for each that is drawn before it. */
function heightOf(row: HTMLElement, entry: ResizeObserverEntry | undefined): number {
  return entry?.borderBoxSize[0]?.blockSize ?? row.getBoundingClientRect().height;
}
