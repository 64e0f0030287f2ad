import type { Range } from '@tanstack/react-virtual';
import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual';
import type { RefObject } from 'react';
import { useCallback, useLayoutEffect, useReducer, useRef, useState } from 'react';
import { RowScroller } from './row-scroller.ts';
import type { ScrollSize } from './scroll-window.ts';
import { boxHeight } from './scroll-window.ts';

export interface BoxSize {
  readonly width: number;
  readonly height: number;
}

/** Inner size of a box, without its bars. */
export function useBoxSize(box: RefObject<HTMLElement | null>): BoxSize {
  const [size, setSize] = useState<BoxSize>({ width: 800, height: 600 });
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const measure = (): void => setSize((before) => (before.width === element.clientWidth && before.height === element.clientHeight ? before : { width: element.clientWidth, height: element.clientHeight }));
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [box]);
  return size;
}

export interface RowsInView {
  /** Those in view and a few beyond the edges, each with its place in the box; pixels. */
  readonly drawn: readonly { readonly index: number; readonly top: number }[];
  /** Of what is scrolled. */
  readonly height: number;
  /** How far one has come over the rows. */
  readonly rowsTop: number;
  /** The least movement that shows a row whole. */
  readonly show: (index: number) => void;
  readonly scrollTo: (rowsTop: number) => void;
}

/** Above or below those in view; a wheel moves by less. */
const ROWS_BEYOND = 6;

/**
 * Rows of one height and any number, of which only those in view exist.
 *
 * @param box what scrolls
 * @param about another list begins at its top
 */
export function useRows(box: RefObject<HTMLElement | null>, { rows, rowHeight, viewHeight }: ScrollSize, about: string, beyond = ROWS_BEYOND): RowsInView {
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  const [scroller] = useState(() => new RowScroller(redraw));
  useLayoutEffect(() => scroller.resize({ rows, rowHeight, viewHeight }), [scroller, rows, rowHeight, viewHeight]);
  const virtualizer = useVirtualizer<HTMLElement, HTMLElement>({
    count: scroller.told,
    estimateSize: () => rowHeight,
    overscan: beyond,
    rangeExtractor: useCallback((range: Range) => rowsInView(range, rows), [rows]),
    initialRect: { width: 0, height: viewHeight },
    getScrollElement: () => scroller.over(box.current),
    observeElementRect: scroller.observeRect,
    observeElementOffset: scroller.observeOffset,
    scrollToFn: scroller.scrollTo,
    // Rows beyond the edges are there when the browser paints what it has scrolled to.
    useFlushSync: false,
  });
  const seen = useRef(about);
  useLayoutEffect(() => {
    if (seen.current === about) return;
    seen.current = about;
    virtualizer.scrollToOffset(0);
  }, [about, virtualizer]);
  const show = useCallback((index: number) => scroller.show(index), [scroller]);
  return {
    drawn: virtualizer.getVirtualItems().map(({ index, start }) => ({ index, top: start + scroller.shift })),
    height: boxHeight({ rows, rowHeight, viewHeight }),
    rowsTop: virtualizer.scrollOffset ?? 0,
    show,
    scrollTo: virtualizer.scrollToOffset,
  };
}

/** The virtualizer may know of more rows than there are. */
function rowsInView(range: Range, rows: number): number[] {
  const count = Math.min(rows, range.count);
  const last = Math.max(0, count - 1);
  return count === 0 ? [] : defaultRangeExtractor({ ...range, count, startIndex: Math.min(range.startIndex, last), endIndex: Math.min(range.endIndex, last) });
}
