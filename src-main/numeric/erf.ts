/** Levels of the continued fraction; it has converged long before for |x| >= 2.5. */
const FRACTION_LEVELS = 80;

/**
 * Error function, good to about 1e-15 absolute. Maclaurin series below 2.5, continued fraction of
 * erfc above (Abramowitz and Stegun 7.1.5 and 7.1.14), ±1 beyond 6.
 */
export function erf(x: number): number {
  const magnitude = Math.abs(x);
  if (magnitude > 6) return Math.sign(x);
  if (magnitude < 2.5) return series(x);
  return Math.sign(x) * (1 - complement(magnitude));
}

function series(x: number): number {
  let power = x;
  let sum = x;
  for (let k = 1; Math.abs(power) > 1e-18; k++) {
    power *= (-x * x) / k;
    sum += power / (2 * k + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}

function complement(x: number): number {
  let tail = x;
  for (let level = FRACTION_LEVELS; level >= 1; level--) tail = x + level / 2 / tail;
  return Math.exp(-x * x) / Math.sqrt(Math.PI) / tail;
}
