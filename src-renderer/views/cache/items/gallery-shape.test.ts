import { describe, expect, it } from 'vitest';
import { galleryShape, tileStyle } from './gallery-shape.ts';
import { placeAt } from './scroll-window.ts';

const SQUARE = { minWidth: 132, height: 132 };

describe('the gallery', () => {
  it('puts as many tiles beside each other as fit, and fills the row', () => {
    // 6 tiles of 132 and 5 gaps of 10 are 842; with padding 882.
    expect(galleryShape(882, SQUARE)).toMatchObject({ perRow: 6, tileWidth: 132 });
    expect(galleryShape(881, SQUARE)).toMatchObject({ perRow: 5, tileWidth: 160 });
    expect(galleryShape(100, SQUARE)).toMatchObject({ perRow: 1, tileWidth: 132 });
  });

  it('takes wide pictures as well', () => {
    expect(galleryShape(882, { minWidth: 300, height: 48 })).toMatchObject({ perRow: 2, tileWidth: 416, tileHeight: 96, rowHeight: 106 });
  });

  it('lays the last of a million tiles near the end of what a browser can scroll', () => {
    const shape = galleryShape(882, SQUARE);
    const size = { rows: Math.ceil(1_000_000 / shape.perRow), rowHeight: shape.rowHeight, viewHeight: 600 };
    const place = placeAt(size, size.rows * size.rowHeight);
    const top = Number(/, (-?[\d.]+)px/.exec(tileStyle(shape, 999_999, place).transform)![1]);
    expect(top - place.boxTop).toBeCloseTo(600 - shape.rowHeight + 5, 6);
  });
});
