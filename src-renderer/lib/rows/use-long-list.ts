import { useVirtualizer } from '@tanstack/react-virtual';
import type { RefObject } from 'react';
import { useCallback } from 'react';

/** Above and below those in view. */
const ROWS_BEYOND = 8;

export interface LongList {
  /** Those in view and a few beyond the edges. */
  readonly drawn: readonly number[];
  /** Room that the others would take; pixels. */
  readonly above: number;
  readonly below: number;
  /** Takes the element of each row, which has its index as `data-index`. */
  readonly measure: (row: HTMLElement | null) => void;
  /** The least movement that shows a row whole. */
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
    getScrollElement: () => box.current,
    useFlushSync: false,
  });
  const items = virtualizer.getVirtualItems();
  return {
    drawn: items.map(({ index }) => index),
    // The gap between it and the room is the list's own.
    above: Math.max(0, (items[0]?.start ?? 0) - padding - gap),
    below: Math.max(0, virtualizer.getTotalSize() - padding - (items.at(-1)?.end ?? padding) - gap),
    measure: virtualizer.measureElement,
    show: useCallback((index: number) => virtualizer.scrollToIndex(index), [virtualizer]),
  };
}
