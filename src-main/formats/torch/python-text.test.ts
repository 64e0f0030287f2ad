import { array, assert as assertProperty, integer, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodePythonText, encodePythonText } from './python-text.ts';

describe('Python text', () => {
  it('is UTF-8, byte order mark included', () => {
    expect(decodePythonText(Uint8Array.of(0xef, 0xbb, 0xbf, 0x61))).toBe('\ufeffa');
    expect(decodePythonText(Uint8Array.of(0xf0, 0x9d, 0x84, 0x9e))).toBe('𝄞');
  });

  it('may hold lone surrogates, as with surrogatepass', () => {
    const bytes = Uint8Array.of(0x61, 0xed, 0xbf, 0xbf, 0x62, 0xed, 0xa0, 0x80);
    expect(decodePythonText(bytes)).toBe('a\udfffb\ud800');
    expect(decodePythonText(Uint8Array.of(0xed, 0xb3, 0xbf))).toBe('\udcff');
    expect(encodePythonText('\udcff')).toEqual(Buffer.of(0xed, 0xb3, 0xbf));
  });

  it.each([
    ['a lone continuation byte', [0x80]],
    ['an overlong slash', [0xc0, 0xaf]],
    ['a cut character', [0xe2, 0x82]],
    ['damage beside a surrogate', [0xed, 0xa0, 0x80, 0xff]],
  ])('is not %s', (_, bytes) => expect(decodePythonText(Uint8Array.from(bytes))).toBeUndefined());

  it('comes back from its bytes', () => {
    const units = array(integer({ min: 0, max: 0xffff }));
    assertProperty(
      property(units, (codes) => {
        const value = String.fromCharCode(...codes);
        return decodePythonText(encodePythonText(value)) === value;
      }),
    );
  });
});
