const strictDecoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * UTF-8 as Python's `surrogatepass` reads it: strict, except that lone surrogates may be encoded.
 * undefined if the bytes are not that.
 */
export function decodePythonText(bytes: Uint8Array): string | undefined {
  try {
    return strictDecoder.decode(bytes);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return decodeWithSurrogates(bytes);
  }
}

/** Splits at encoded surrogates (ED A0..BF xx); the rest must be strict UTF-8. */
function decodeWithSurrogates(bytes: Uint8Array): string | undefined {
  const parts: string[] = [];
  let start = 0;
  try {
    for (let i = 0; i + 2 < bytes.length; i++) {
      const [a = 0, b = 0, c = 0] = bytes.subarray(i, i + 3);
      if (a !== 0xed || b < 0xa0 || b > 0xbf || (c & 0xc0) !== 0x80) continue;
      parts.push(strictDecoder.decode(bytes.subarray(start, i)));
      parts.push(String.fromCharCode(0xd000 | ((b & 0x3f) << 6) | (c & 0x3f)));
      i += 2;
      start = i + 1;
    }
    parts.push(strictDecoder.decode(bytes.subarray(start)));
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return undefined;
  }
  return parts.join('');
}

/** The inverse: lone surrogates become three bytes, everything else is UTF-8. */
export function encodePythonText(value: string): Uint8Array {
  if (value.isWellFormed()) return Buffer.from(value, 'utf8');
  const parts = [...value].map((character) => {
    const code = character.codePointAt(0) ?? 0;
    const isLone = code >= 0xd800 && code <= 0xdfff;
    return isLone ? Buffer.of(0xed, 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f)) : Buffer.from(character, 'utf8');
  });
  return Buffer.concat(parts);
}
