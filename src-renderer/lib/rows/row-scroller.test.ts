import { Virtualizer } from '@tanstack/react-virtual';
import { describe, expect, it } from 'vitest';
import { RowScroller } from './row-scroller.ts';
import { BOX_MAX, boxHeight } from './scroll-window.ts';

const MILLION = { rows: 1_000_000, rowHeight: 30, viewHeight: 600 };

/** What a page has of the element: it scrolls as far as it is high. */
class Box extends EventTarget {
  readonly clientWidth = 800;
  readonly clientHeight = 600;
  readonly ownerDocument = { defaultView: { performance, requestAnimationFrame: () => 1, cancelAnimationFrame: () => undefined } };
  scrollHeight = 0;
  #top = 0;

  get scrollTop(): number {
    return this.#top;
  }

  set scrollTop(top: number) {
    this.#top = Math.min(Math.max(0, top), this.scrollHeight - this.clientHeight);
    this.dispatchEvent(new Event('scroll'));
  }
}

/** A list as the page has it: the virtualizer is given anew what it is told, at every change. */
function list(size: { readonly rows: number; readonly rowHeight: number; readonly viewHeight: number }) {
  const box = new Box();
  let places = 0;
  const scroller = new RowScroller(() => undefined);
  const options = {
    getScrollElement: () => scroller.over(box as unknown as HTMLElement),
    estimateSize: () => (places++, size.rowHeight),
    overscan: 0,
    observeElementRect: scroller.observeRect,
    observeElementOffset: scroller.observeOffset,
    scrollToFn: scroller.scrollTo,
  };
  const virtualizer = new Virtualizer<HTMLElement, HTMLElement>({ ...options, count: scroller.told });
  const resize = (rows: number): void => {
    box.scrollHeight = boxHeight({ ...size, rows });
    virtualizer.setOptions({ ...options, count: scroller.told });
    scroller.resize({ ...size, rows });
    virtualizer._willUpdate();
  };
  resize(size.rows);
  /** The first and the last row in view. */
  const seen = (): readonly (number | undefined)[] => {
    const rows = virtualizer.getVirtualItems();
    return [rows[0]?.index, rows.at(-1)?.index];
  };
  return { box, scroller, resize, seen, placesWritten: () => places };
}

describe('a million rows under a virtualizer', () => {
  it('begin at the top', () => {
    expect(list(MILLION).seen()).toEqual([0, 19]);
  });

  it('end at the end, with the bar', () => {
    const { box, seen, scroller } = list(MILLION);
    box.scrollTop = BOX_MAX;
    // 600 pixels of 30 each.
    expect(seen()).toEqual([999_980, 999_999]);
    expect(scroller.shift).toBe(BOX_MAX - 30_000_000);
  });

  it('follow the bar, and the wheel pixel by pixel', () => {
    const { box, seen } = list(MILLION);
    box.scrollTop = (BOX_MAX - 600) / 2;
    // The middle of 29,999,400 pixels is 14,999,700, the top of row 499,990.
    expect(seen()).toEqual([499_990, 500_009]);
    box.scrollTop += 30;
    expect(seen()).toEqual([499_991, 500_010]);
  });

  it('are each shown by the least movement', () => {
    const { scroller, seen } = list(MILLION);
    scroller.show(777_777);
    expect(seen()[1]).toBe(777_777);
    scroller.show(777_770);
    expect(seen()[1]).toBe(777_777);
    scroller.show(1_023);
    expect(seen()[0]).toBe(1_023);
    scroller.show(999_999);
    expect(seen()[1]).toBe(999_999);
    scroller.show(0);
    expect(seen()[0]).toBe(0);
  });

  it('stay where they are when there are fewer, as far as there are so many', () => {
    const { scroller, seen, resize } = list(MILLION);
    scroller.show(500_000);
    const before = seen();
    resize(900_000);
    expect(seen()).toEqual(before);
    resize(400_000);
    expect(seen()).toEqual([399_980, 399_999]);
  });

  it('cost nothing to leave and to come back to', () => {
    const { scroller, resize, placesWritten } = list(MILLION);
    scroller.show(999_999);
    scroller.show(0);
    const before = placesWritten();
    for (const rows of [3, 1_000_000, 1_001, 1_000_000]) resize(rows);
    expect(placesWritten()).toBe(before);
  });

  it('are not worked out before somebody goes there', () => {
    const { resize, placesWritten } = list({ ...MILLION, rows: 0 });
    resize(1_000_000);
    expect(placesWritten()).toBe(1024);
  });
});
