import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { openArchive } from './archive.ts';
import { bytesSource } from './byte-source.ts';
import { verifyTorchFile } from './verify.ts';
import type { TorchReport } from './verify.ts';

/** A file of layout 2.7 with one float32 tensor; PyTorch 2.13 wrote it. */
const original: Uint8Array = new Uint8Array(readFileSync(new URL('__fixtures__/plain/e2/one_float32.pt', import.meta.url)));
const archive = openArchive(bytesSource(original));

/** 6664 checks take a second on an idle machine. */
const SLOW_MS = 60_000;

function verify(bytes: Uint8Array): TorchReport {
  return verifyTorchFile(bytesSource(bytes), { level: 'deep' });
}

function isContent(offset: number): boolean {
  return [...archive.records.values()].some(({ dataOffset, size }) => offset >= dataOffset && offset < dataOffset + size);
}

describe('every single damage of a small file', () => {
  it('has a sound original', () => {
    expect(verify(original)).toMatchObject({ ok: true, warnings: [] });
  });

  it('finds every flipped bit; one in a content is always an error', () => {
    const missed: number[] = [];
    const damaged = original.slice();
    for (let bit = 0; bit < original.length * 8; bit++) {
      damaged[bit >> 3]! ^= 1 << (bit & 7);
      const { ok, warnings, error } = verify(damaged);
      const isFound = isContent(bit >> 3) ? error !== undefined : !ok || warnings.length > 0;
      if (!isFound) missed.push(bit);
      damaged[bit >> 3]! ^= 1 << (bit & 7);
    }
    expect(missed).toEqual([]);
  }, SLOW_MS);

  it('finds every truncation', () => {
    const missed: number[] = [];
    for (let length = 0; length < original.length; length++) if (verify(original.subarray(0, length)).ok) missed.push(length);
    expect(missed).toEqual([]);
  });

  it('finds every truncation whose rest was filled with zeros', () => {
    const missed: number[] = [];
    for (let length = 0; length < original.length; length++) {
      const damaged = original.slice().fill(0, length);
      const isSame = damaged.every((byte, i) => byte === original[i]);
      const { ok, warnings } = verify(damaged);
      if (!isSame && ok && warnings.length === 0) missed.push(length);
    }
    expect(missed).toEqual([]);
  });

  it('finds every byte that was removed', () => {
    const missed: number[] = [];
    for (let at = 0; at < original.length; at++) {
      const { ok, warnings } = verify(Buffer.concat([original.subarray(0, at), original.subarray(at + 1)]));
      const isSame = original[at] === original[at + 1] && original.subarray(at).every((byte) => byte === original[at]);
      if (!isSame && ok && warnings.length === 0) missed.push(at);
    }
    expect(missed).toEqual([]);
  });
});
