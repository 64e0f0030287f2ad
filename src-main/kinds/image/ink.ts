/** The smallest rectangle that holds every pixel a text touches. */
export interface Ink {
  readonly width: number;
  readonly height: number;
  /** `coverage[y * width + x]`, 0 nothing to 255 full. */
  readonly coverage: Uint8Array;
}

/** @param mask `mask[y * width + x]`, as coverage */
export function findInk(mask: Uint8Array, width: number, height: number): Ink | 'blank' {
  let [left, right, top, bottom] = [width, -1, -1, -1];
  for (let row = 0; row < height; row++) {
    const line = mask.subarray(row * width, (row + 1) * width);
    const first = line.findIndex((value) => value !== 0);
    if (first === -1) continue;
    if (top === -1) top = row;
    bottom = row;
    left = Math.min(left, first);
    right = Math.max(right, line.findLastIndex((value) => value !== 0));
  }
  if (right === -1) return 'blank';
  const inkWidth = right - left + 1;
  const coverage = new Uint8Array(inkWidth * (bottom - top + 1));
  for (let row = top; row <= bottom; row++) coverage.set(mask.subarray(row * width + left, row * width + right + 1), (row - top) * inkWidth);
  return { width: inkWidth, height: bottom - top + 1, coverage };
}
