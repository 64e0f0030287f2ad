/**
 * Finds the key that was probably meant to be `wanted`.
 *
 * @param isMissing whether `wanted` itself is absent. Then two mistakes are forgiven (one in short
 *   names); next to a present `wanted` only one mistake, or another case or dash, is suspicious:
 *   `log_dir` beside `img_dir` is a key of its own.
 * @returns index into `candidates`
 */
export function closestKey(candidates: readonly string[], wanted: string, isMissing: boolean): number | undefined {
  const limit = isMissing && wanted.length >= 5 ? 2 : 1;
  let best: { index: number; distance: number } | undefined;
  candidates.forEach((candidate, index) => {
    const distance = editDistance(normalised(candidate), normalised(wanted), limit);
    if (distance <= limit && (best === undefined || distance < best.distance)) best = { index, distance };
  });
  return best?.index;
}

function normalised(key: string): string {
  return key.trim().toLowerCase().replaceAll(/[-\s]/g, '_');
}

/**
 * Optimal string alignment distance: insertions, deletions, replacements and swaps of neighbours.
 * Anything above `limit` may come back as any number above it.
 */
export function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = previous[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      row[j] = Math.min(previous[j]! + 1, row[j - 1]! + 1, substitution);
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (isSwap) row[j] = Math.min(row[j], beforePrevious[j - 2]! + 1);
    }
    [beforePrevious, previous] = [previous, row];
  }
  return previous[b.length]!;
}
