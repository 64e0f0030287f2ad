/**
 * Numbers as unevaluated sums of two float64, about 106 bits: for the few places where the reference
 * computes in 80-bit floats and the last bit of the float64 result matters. Algorithms of Dekker (1971) and
 * Knuth, as in Hida, Li and Bailey, "Library for Double-Double and Quad-Double Arithmetic" (2001).
 */
export interface Wide {
  /** The float64 nearest to the value. */
  readonly hi: number;
  /** What is left, at most half a unit in the last place of `hi`. */
  readonly lo: number;
}

/** Splits a float64 into two halves of 26 bits: 2^27 + 1. */
const SPLITTER = 134_217_729;

export function wide(value: number): Wide {
  return { hi: value, lo: 0 };
}

export function addWide(a: Wide, b: Wide): Wide {
  const sum = a.hi + b.hi;
  const back = sum - a.hi;
  const error = a.hi - (sum - back) + (b.hi - back);
  return normalised(sum, error + a.lo + b.lo);
}

export function subtractWide(a: Wide, b: Wide): Wide {
  return addWide(a, { hi: -b.hi, lo: -b.lo });
}

export function multiplyWide(a: Wide, b: Wide): Wide {
  const product = a.hi * b.hi;
  return normalised(product, productError(a.hi, b.hi, product) + a.hi * b.lo + a.lo * b.hi);
}

export function divideWide(a: Wide, b: Wide): Wide {
  const first = a.hi / b.hi;
  const rest = subtractWide(a, multiplyWide(wide(first), b));
  const second = rest.hi / b.hi;
  const third = subtractWide(rest, multiplyWide(wide(second), b)).hi / b.hi;
  return addWide(normalised(first, second), wide(third));
}

/** @param a > 0 */
export function sqrtWide(a: Wide): Wide {
  const root = Math.sqrt(a.hi);
  const rest = subtractWide(a, multiplyWide(wide(root), wide(root)));
  return normalised(root, rest.hi / (2 * root));
}

/**
 * a·b + c rounded once, as the FMA instruction does; finite operands far from overflow. (In rare cases the
 * exact result lies so close to a rounding boundary that 106 bits do not decide it correctly.)
 */
export function fusedMultiplyAdd(a: number, b: number, c: number): number {
  const product = a * b;
  const sum = product + c;
  const back = sum - product;
  return sum + (product - (sum - back) + (c - back) + productError(a, b, product));
}

/** Adding and subtracting it leaves a whole number below 2^51, rounded half to even. */
const ROUNDER = 1.5 * 2 ** 52;

/** The nearest number with a mantissa of 64 bits, half to even: what an 80-bit float (x87) keeps of a result. */
export function toExtended(value: Wide): Wide {
  const { hi, lo } = value;
  if (lo === 0 || !Number.isFinite(hi)) return value;
  // Just below a power of two the value itself has the smaller exponent.
  const magnitude = Math.abs(hi);
  const exponent = Math.floor(Math.log2(magnitude));
  const binade = 2 ** exponent > magnitude ? exponent - 1 : 2 ** (exponent + 1) <= magnitude ? exponent + 1 : exponent;
  const isBelow = 2 ** binade === magnitude && hi > 0 !== lo > 0;
  const unit = 2 ** (binade - 63 - (isBelow ? 1 : 0));
  return normalised(hi, (lo / unit + ROUNDER - ROUNDER) * unit);
}

/** a·b − product, exactly. */
function productError(a: number, b: number, product: number): number {
  const aHigh = SPLITTER * a - (SPLITTER * a - a);
  const bHigh = SPLITTER * b - (SPLITTER * b - b);
  const aLow = a - aHigh;
  const bLow = b - bHigh;
  return aHigh * bHigh - product + aHigh * bLow + aLow * bHigh + aLow * bLow;
}

/** @param lo smaller than `hi` in magnitude */
function normalised(hi: number, lo: number): Wide {
  const sum = hi + lo;
  return { hi: sum, lo: lo - (sum - hi) };
}
