import { describe, expect, it } from 'vitest';
import { AT_TOP, BOX_MAX, boxHeight, placeAt, placeShowing, scrolledTo, visibleRows } from './scroll-window.ts';

const SMALL = { rows: 100, rowHeight: 30, viewHeight: 300 };
/** 30,000,000 pixels of rows in a box of 8,000,000. */
const MILLION = { rows: 1_000_000, rowHeight: 30, viewHeight: 600 };

describe('a list that fits', () => {
  it('is as high as its rows and scrolls like any other', () => {
    expect(boxHeight(SMALL)).toBe(3_000);
    expect(scrolledTo(SMALL, AT_TOP, 1_234)).toEqual({ boxTop: 1_234, rowsTop: 1_234 });
  });

  it('draws what is seen and a few more', () => {
    expect(visibleRows(SMALL, AT_TOP, 2)).toEqual({ first: 0, last: 12 });
    expect(visibleRows(SMALL, placeAt(SMALL, 900), 2)).toEqual({ first: 28, last: 42 });
    expect(visibleRows({ ...SMALL, rows: 0 }, AT_TOP)).toEqual({ first: 0, last: -1 });
  });

  it('moves as little as shows a row', () => {
    expect(placeShowing(SMALL, placeAt(SMALL, 300), 12).rowsTop).toBe(300);
    expect(placeShowing(SMALL, placeAt(SMALL, 300), 3).rowsTop).toBe(90);
    expect(placeShowing(SMALL, placeAt(SMALL, 300), 20).rowsTop).toBe(330);
  });
});

describe('a million rows', () => {
  it('end at the end', () => {
    expect(boxHeight(MILLION)).toBe(BOX_MAX);
    const end = scrolledTo(MILLION, AT_TOP, BOX_MAX - 600);
    expect(visibleRows(MILLION, end, 0).last).toBe(999_999);
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

  it('can each be shown, and come back at the top', () => {
    for (const index of [0, 1, 499_999, 777_777, 999_999]) {
      const { rowsTop, boxTop } = placeShowing(MILLION, AT_TOP, index);
      expect(index * 30).toBeGreaterThanOrEqual(rowsTop);
      expect(index * 30 + 30).toBeLessThanOrEqual(rowsTop + 600);
      expect(boxTop).toBeLessThanOrEqual(BOX_MAX - 600);
    }
    expect(scrolledTo(MILLION, { boxTop: 50, rowsTop: 9_000 }, 0)).toEqual(AT_TOP);
  });
});
