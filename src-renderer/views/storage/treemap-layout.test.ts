import { describe, expect, it } from 'vitest';
import { treemapTiles } from './treemap-layout.ts';

describe('tiles of a treemap', () => {
  it('have the areas of their values, fill the whole and do not overlap', () => {
    const values = [6, 6, 4, 3, 2, 2, 1];
    const tiles = treemapTiles(values, 1.5);
    const areas = tiles.map((tile) => (tile.width * tile.height) / 10_000);
    for (const [index, area] of areas.entries()) expect(area).toBeCloseTo(values[index]! / 24, 9);
    for (const [i, a] of tiles.entries()) {
      expect(a.x).toBeGreaterThanOrEqual(-1e-9);
      expect(a.x + a.width).toBeLessThanOrEqual(100 + 1e-9);
      expect(a.y + a.height).toBeLessThanOrEqual(100 + 1e-9);
      for (const b of tiles.slice(i + 1)) {
        const isApart = a.x + a.width <= b.x + 1e-9 || b.x + b.width <= a.x + 1e-9 || a.y + a.height <= b.y + 1e-9 || b.y + b.height <= a.y + 1e-9;
        expect(isApart).toBe(true);
      }
    }
  });

  it('lays the example of the paper as the paper does: 6 and 6 share a column of half of 6 × 4', () => {
    const [first, second] = treemapTiles([6, 6, 4, 3, 2, 2, 1], 1.5);
    expect(first).toEqual({ x: 0, y: 0, width: 50, height: 50 });
    expect(second).toEqual({ x: 0, y: 50, width: 50, height: 50 });
  });

  it('is one tile for one value and nothing for none', () => {
    expect(treemapTiles([5], 2)).toEqual([{ x: 0, y: 0, width: 100, height: 100 }]);
    expect(treemapTiles([], 2)).toEqual([]);
  });
});
