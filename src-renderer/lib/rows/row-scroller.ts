import type { Rect, Virtualizer } from '@tanstack/react-virtual';
import type { ScrollPlace, ScrollSize } from './scroll-window.ts';
import { AT_TOP, highest, placeAt, scrolledTo } from './scroll-window.ts';

/** The bar goes to its exact place once scrolling has rested. */
const SETTLE_AFTER_MS = 200;
/** Rows that a virtualizer is told of at first, and how many times as many whenever that is not enough. */
const TOLD_AT_FIRST = 1024;
const TOLD_TIMES = 4;

export type RowVirtualizer = Virtualizer<HTMLElement, HTMLElement>;
type ReportOffset = (offset: number, isScrolling: boolean) => void;

/**
 * Stands between a virtualizer, which counts pixels over all rows, and the box of the browser, which ends where
 * browsers end: its options `getScrollElement`, `observeElementRect`, `observeElementOffset` and `scrollToFn`.
 */
export class RowScroller {
  readonly #onShift: () => void;
  #size: ScrollSize = { rows: 0, rowHeight: 1, viewHeight: 0 };
  #place: ScrollPlace = AT_TOP;
  #told = TOLD_AT_FIRST;
  #box: HTMLElement | null = null;
  #tall: HTMLElement | null = null;
  #virtualizer: RowVirtualizer | undefined;
  #reportOffset: ReportOffset | undefined;
  #reportRect: ((rect: Rect) => void) | undefined;
  #rest: ReturnType<typeof setTimeout> | undefined;

  /** @param onShift the rows lie elsewhere in the box, and may be the same ones */
  constructor(onShift: () => void) {
    this.#onShift = onShift;
  }

  /** From the place of a row over all rows to that in the box; pixels. */
  get shift(): number {
    return this.#place.boxTop - this.#place.rowsTop;
  }

  /**
   * The `count` of the virtualizer, which writes down the place of every row it is told of, and of all of them anew whenever their
   * number is another: for a million that takes longer than a frame, and a search changes the number with every key. So it is told
   * of about as many as were scrolled to, and never of fewer again; `rowsInView` leaves off what is beyond the end.
   */
  get told(): number {
    return this.#told;
  }

  /** What the virtualizer takes for the box: one that is as high as its rows. */
  readonly over = (box: HTMLElement | null): HTMLElement | null => {
    if (box !== this.#box) {
      this.#box = box;
      this.#place = AT_TOP;
      this.#tall = box === null ? null : tallBox(box, () => ({ top: this.#place.rowsTop, view: this.#size.viewHeight, whole: this.#size.viewHeight + highest(this.#size).rows }));
    }
    return this.#tall;
  };

  readonly observeRect = (_: RowVirtualizer, report: (rect: Rect) => void): (() => void) => {
    this.#reportRect = report;
    this.#tellRect();
    return () => (this.#reportRect = undefined);
  };

  readonly observeOffset = (virtualizer: RowVirtualizer, report: ReportOffset): (() => void) => {
    const box = this.#box;
    this.#virtualizer = virtualizer;
    this.#reportOffset = report;
    box?.addEventListener('scroll', this.#onScroll, { passive: true });
    return () => {
      box?.removeEventListener('scroll', this.#onScroll);
      clearTimeout(this.#rest);
      this.#virtualizer = undefined;
      this.#reportOffset = undefined;
    };
  };

  readonly scrollTo = (offset: number): void => {
    this.#go(placeAt(this.#size, offset));
    this.#report(false);
  };

  /** The least movement that shows a row whole. */
  show(index: number): void {
    // The virtualizer takes the last it knows for the end of the list.
    this.#tellOf(index + 2);
    this.#virtualizer?.scrollToIndex(index);
  }

  /** The rows stay where they are, as far as there still are so many, and the bar goes to where they then belong. */
  resize(size: ScrollSize): void {
    const before = this.#size;
    this.#size = size;
    if (this.#virtualizer === undefined) return;
    this.#tellRect();
    if (size.rowHeight !== before.rowHeight) this.#virtualizer.measure();
    this.scrollTo(this.#place.rowsTop);
  }

  #tellRect(): void {
    this.#reportRect?.({ width: this.#box?.clientWidth ?? 0, height: this.#size.viewHeight });
  }

  readonly #onScroll = (): void => {
    const boxTop = this.#box?.scrollTop ?? 0;
    // The answer to our own setting of the bar, which rounds to device pixels.
    if (Math.abs(boxTop - this.#place.boxTop) < 1) return;
    this.#set(scrolledTo(this.#size, this.#place, boxTop));
    this.#report(true);
    clearTimeout(this.#rest);
    this.#rest = setTimeout(() => this.scrollTo(this.#place.rowsTop), SETTLE_AFTER_MS);
  };

  #set(place: ScrollPlace): void {
    const before = this.shift;
    this.#place = place;
    if (this.shift !== before) this.#onShift();
  }

  #go(place: ScrollPlace): void {
    const before = this.#place.boxTop;
    this.#set(place);
    if (this.#box !== null && place.boxTop !== before) this.#box.scrollTop = place.boxTop;
  }

  #report(isScrolling: boolean): void {
    this.#tellOf(Math.ceil((this.#place.rowsTop + this.#size.viewHeight) / this.#size.rowHeight));
    this.#reportOffset?.(this.#place.rowsTop, isScrolling);
  }

  #tellOf(rows: number): void {
    if (rows <= this.#told || this.#virtualizer === undefined) return;
    let told = this.#told;
    while (told < rows) told *= TOLD_TIMES;
    this.#told = Math.max(rows, Math.min(told, this.#size.rows + 1));
    this.#virtualizer.setOptions({ ...this.#virtualizer.options, count: this.#told });
  }
}

/** The same element, but for how high it is and how far it is scrolled. */
function tallBox(box: HTMLElement, heights: () => { readonly top: number; readonly view: number; readonly whole: number }): HTMLElement {
  return new Proxy(box, {
    get(element, name) {
      if (name === 'scrollTop') return heights().top;
      if (name === 'clientHeight') return heights().view;
      if (name === 'scrollHeight') return heights().whole;
      const value: unknown = Reflect.get(element, name);
      return typeof value === 'function' ? value.bind(element) : value;
    },
  });
}
