/** Nearest integer, a tie goes to the even neighbour (numpy `round`, Python `round`). */
export function roundHalfEven(value: number): number {
  const below = Math.floor(value);
  const fraction = value - below;
  if (fraction < 0.5) return below;
  if (fraction > 0.5) return below + 1;
  return below % 2 === 0 ? below : below + 1;
}

/**
 * numpy `allclose(actual, expected)`: |actual − expected| <= atol + 1e-5·|expected| for every element.
 * NaN is close to nothing. Both have the same length; the tolerance is relative to `expected`.
 */
export function allClose(actual: ArrayLike<number>, expected: ArrayLike<number>, absolute = 1e-8): boolean {
  for (let i = 0; i < actual.length; i++) {
    const a = actual[i]!;
    const b = expected[i]!;
    if (a === b) continue;
    if (!(Math.abs(a - b) <= absolute + 1e-5 * Math.abs(b)) || !Number.isFinite(b)) return false;
  }
  return true;
}
