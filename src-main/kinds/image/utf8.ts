import { isUtf8 } from 'node:buffer';

/** A sequence of UTF-8 has at most this many bytes. */
const MAX_SEQUENCE = 4;

/** Where the first byte sequence begins that is not UTF-8, as Python reports it; undefined if there is none. */
export function invalidUtf8Offset(bytes: Uint8Array): number | undefined {
  if (isUtf8(bytes)) return undefined;
  // Prefixes that end between two characters are valid up to the first error and never behind it.
  let [good, bad] = [0, bytes.length];
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    const boundary = validPrefixNear(bytes, good, middle);
    if (boundary === undefined) bad = middle;
    else if (boundary === good) break;
    else good = boundary;
  }
  while (good < bytes.length) {
    const next = nextCharacterEnd(bytes, good);
    if (next === undefined) return good;
    good = next;
  }
  return good;
}

/** The end of the last whole character at or before `end`, if everything from `from` to there is UTF-8. */
function validPrefixNear(bytes: Uint8Array, from: number, end: number): number | undefined {
  for (let length = 0; length < MAX_SEQUENCE && end - length >= from; length++) {
    if (isUtf8(bytes.subarray(from, end - length))) return end - length;
  }
  return undefined;
}

function nextCharacterEnd(bytes: Uint8Array, from: number): number | undefined {
  for (let length = 1; length <= MAX_SEQUENCE && from + length <= bytes.length; length++) {
    if (isUtf8(bytes.subarray(from, from + length))) return from + length;
  }
  return undefined;
}
