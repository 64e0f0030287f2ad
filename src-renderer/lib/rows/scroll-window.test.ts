import { describe, expect, it } from 'vitest';
import { AT_TOP, BOX_MAX, boxHeight, placeAt, scrolledTo } from './scroll-window.ts';

const SMALL = { rows: 100, rowHeight: 30, viewHeight: 300 };
/** 30,000,000 pixels of rows in a box of 8,000,000. */
const MILLION = { rows: 1_000_000, rowHeight: 30, viewHeight: 600 };

describe('a list that fits', () => {
  it('is as high as its rows and scrolls like any other', () => {
    expect(boxHeight(SMALL)).toBe(3_000);
    expect(scrolledTo(SMALL, AT_TOP, 1_234)).toEqual({ boxTop: 1_234, rowsTop: 1_234 });
  });
});

describe('a million rows', () => {
  it('end at the end', () => {
    expect(boxHeight(MILLION)).toBe(BOX_MAX);
    const end = scrolledTo(MILLION, AT_TOP, BOX_MAX - 600);
    expect(end.rowsTop).toBe(30_000_000 - 600);
  });

  it('move pixel by pixel under the wheel', () => {
    const middle = placeAt(MILLION, 15_000_000);
    expect(scrolledTo(MILLION, middle, middle.boxTop + 100).rowsTop).toBe(15_000_100);
    expect(scrolledTo(MILLION, middle, middle.boxTop - 1).rowsTop).toBe(14_999_999);
  });

  it('follow the bar when it is dragged', () => {
    const half = scrolledTo(MILLION, AT_TOP, (BOX_MAX - 600) / 2);
    expect(half.rowsTop).toBeCloseTo((30_000_000 - 600) / 2, 6);
  });

  it('have the bar at their share of it, wherever they are put', () => {
    // 10,000,000 of 29,999,400 pixels, as a share of 7,999,400.
    expect(placeAt(MILLION, 10_000_000)).toEqual({ rowsTop: 10_000_000, boxTop: 2_666_520 });
    expect(placeAt(MILLION, 30_000_000)).toEqual({ rowsTop: 30_000_000 - 600, boxTop: BOX_MAX - 600 });
    expect(placeAt(MILLION, -1)).toEqual(AT_TOP);
  });

  it('come back at the top', () => {
    expect(scrolledTo(MILLION, { boxTop: 50, rowsTop: 9_000 }, 0)).toEqual(AT_TOP);
  });
});
