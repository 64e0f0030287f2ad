import { describe, expect, it } from 'vitest';
import { galleryShape, tileStyle } from './gallery-shape.ts';

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

  it('lays a tile beside those of its row, half a gap below its top', () => {
    // 999,999 is the fourth of its six: 20 of padding, and three tiles of 132 with their gaps of 10.
    expect(tileStyle(galleryShape(882, SQUARE), 999_999, 7_999_600)).toEqual({ width: 132, height: 180, transform: 'translate(446px, 7999605px)' });
  });
});
