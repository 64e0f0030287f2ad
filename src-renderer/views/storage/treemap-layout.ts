/** A rectangle in percent of the whole. */
export interface Tile {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The worst ratio of a row of areas laid along a side; 1 is a square. Bruls, Huizing, van Wijk 2000, section 3. */
function worstRatio(areas: readonly number[], side: number): number {
  const sum = areas.reduce((total, area) => total + area, 0);
  return Math.max((side * side * Math.max(...areas)) / (sum * sum), (sum * sum) / (side * side * Math.min(...areas)));
}

/**
 * A squarified treemap: tiles whose areas are in proportion to `values`, as square as can be.
 *
 * @param values positive, in the order of the tiles; largest first looks best
 * @param aspect width of the whole divided by its height
 */
export function treemapTiles(values: readonly number[], aspect: number): readonly Tile[] {
  const total = values.reduce((sum, value) => sum + value, 0);
  if (total <= 0) return [];
  const areas = values.map((value) => (value / total) * aspect);
  const tiles: Tile[] = [];
  let free = { x: 0, y: 0, width: aspect, height: 1 };
  for (let next = 0; next < areas.length; ) {
    const side = Math.min(free.width, free.height);
    let count = 1;
    while (next + count < areas.length && worstRatio(areas.slice(next, next + count + 1), side) <= worstRatio(areas.slice(next, next + count), side)) count++;
    const row = areas.slice(next, next + count);
    const depth = row.reduce((sum, area) => sum + area, 0) / side;
    const isColumn = free.width >= free.height;
    let at = isColumn ? free.y : free.x;
    for (const area of row) {
      const length = area / depth;
      tiles.push(isColumn ? { x: free.x, y: at, width: depth, height: length } : { x: at, y: free.y, width: length, height: depth });
      at += length;
    }
    free = isColumn ? { ...free, x: free.x + depth, width: free.width - depth } : { ...free, y: free.y + depth, height: free.height - depth };
    next += count;
  }
  return tiles.map(({ x, y, width, height }) => ({ x: (x / aspect) * 100, y: y * 100, width: (width / aspect) * 100, height: height * 100 }));
}
