/** Both inclusive. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/**
 * One range of `Range: bytes=…` (RFC 9110, section 14): `a-b`, `a-` or `-n`. Several ranges, other
 * units and what cannot be read mean the whole file, as the standard allows.
 *
 * @param size bytes of the whole
 */
export function parseRange(header: string | null, size: number): ByteRange | 'unsatisfiable' | undefined {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.trim() ?? '');
  if (match === null || (match[1] === '' && match[2] === '')) return undefined;
  const last = size - 1;
  if (match[1] === '') {
    const count = Number(match[2]);
    return count === 0 || size === 0 ? 'unsatisfiable' : { start: Math.max(0, size - count), end: last };
  }
  const start = Number(match[1]);
  const end = match[2] === '' ? last : Math.min(Number(match[2]), last);
  if (match[2] !== '' && Number(match[2]) < start) return undefined;
  return start > last ? 'unsatisfiable' : { start, end };
}
