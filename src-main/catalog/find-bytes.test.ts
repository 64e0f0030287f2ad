import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import wabt from 'wabt';
import { FINDER_BYTES, FIND_BYTES_WASM, MOST_OFFSET, byteFinder } from './find-bytes.ts';

describe('the finder of bytes', () => {
  it('is what its source says', async () => {
    const source = readFileSync(join(import.meta.dirname, 'find-bytes.wat'), 'utf8');
    const { buffer } = (await wabt()).parseWat('find-bytes.wat', source, { simd: true }).toBinary({});
    expect(FIND_BYTES_WASM).toBe(Buffer.from(buffer).toString('base64'));
  });

  it('finds the first place where all three bytes are, wherever it lies among sixteen, and says the end where there is none', () => {
    const finder = byteFinder()!;
    const bytes = new Uint8Array(FINDER_BYTES + 1_000);
    // "abc" with something between, everywhere by itself and once wrong before it.
    for (const place of [0, 1, 15, 16, 17, 4_095, FINDER_BYTES - 1]) {
      bytes.fill(0);
      if (place > 4) bytes.set([97, 0, 98, 0, 98], place - 4);
      bytes.set([97, 0, 98, 0, 99], place);
      finder.load(bytes, 0);
      expect(finder.next(0, FINDER_BYTES, 0, 97, 2, 98, 4, 99), String(place)).toBe(place);
      expect(finder.next(place + 1, FINDER_BYTES, 0, 97, 2, 98, 4, 99)).toBeGreaterThanOrEqual(FINDER_BYTES);
    }
  });

  it('sees what lies behind the piece, up to the farthest anchor', () => {
    const finder = byteFinder()!;
    const bytes = new Uint8Array(FINDER_BYTES + 1_000);
    const last = 500 + FINDER_BYTES - 1;
    bytes[last] = 1;
    bytes[last + MOST_OFFSET] = 2;
    finder.load(bytes, 500);
    expect(finder.next(0, FINDER_BYTES, 0, 1, MOST_OFFSET, 2, MOST_OFFSET, 2)).toBe(FINDER_BYTES - 1);
    finder.load(bytes.subarray(0, last + MOST_OFFSET), 500);
    bytes.fill(0);
    finder.load(bytes, 0);
    expect(finder.next(0, FINDER_BYTES, 0, 1, MOST_OFFSET, 2, MOST_OFFSET, 2)).toBeGreaterThanOrEqual(FINDER_BYTES);
  });
});
