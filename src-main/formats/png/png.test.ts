import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import * as fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { encodeGreyPng, greyPixels, isPlainGrey, pixelsMd5, readPng, readPngHeader } from './index.ts';

/** Written by the original `ImageCache` under Pillow 9.4.0; `damaged` is the same with planted damages. */
const GOLDEN = join(import.meta.dirname, '..', '..', 'kinds', 'image', '__fixtures__');
const EXPECTED = JSON.parse(readFileSync(join(GOLDEN, 'expectations.json'), 'utf8')) as {
  entries: { key: string; image_width: number; png_height: number; png_sha256: string; pixels_md5: string }[];
};

function bytesOf(folder: string, key: string): Buffer {
  return readFileSync(join(GOLDEN, folder, 'images', `${key}.png`));
}
function codesOf(bytes: Uint8Array): string[] {
  return readPng(bytes).problems.map(({ code }) => code);
}
function digestOf(bytes: Uint8Array): string | undefined {
  const { header, content } = readPng(bytes);
  const grey = header && content && greyPixels(header, content);
  return grey && pixelsMd5(grey);
}
const SAMPLE = bytesOf('intact', EXPECTED.entries[0]!.key);
const SAMPLE_MD5 = EXPECTED.entries[0]!.pixels_md5;

describe('pictures Pillow wrote', () => {
  test.each(EXPECTED.entries.map((entry) => [entry.key, entry] as const))('%s has its size and its pixels', (key, entry) => {
    const bytes = bytesOf('intact', key);
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(entry.png_sha256);
    const { header, problems } = readPng(bytes);
    expect(problems).toEqual([]);
    expect(header).toEqual({ width: entry.image_width, height: entry.png_height, bitDepth: 8, colourType: 0, isInterlaced: false });
    expect(readPngHeader(bytes)).toEqual(header);
    expect(digestOf(bytes)).toBe(entry.pixels_md5);
  });
});

describe('damages', () => {
  test.each([
    ['e53b5e5713659c3305f71cbcaf5c0b8f', ['truncated'], false],
    ['6c13150e17a4ca446c8b8dc71f10f07c', ['empty'], false],
    ['d70fe0865d7c40f1da9be69bd89e7709', ['corrupt'], false],
    ['e366edbf2d2fc1efb09c05964927fbda', ['corrupt'], true],
    ['3f4c911d32adc6c175cf9152ac3abee5', ['truncated'], true],
    ['adce06861a7db52e7005216929e715ff', ['not-png'], false],
  ])('%s of the damaged cache is %j', (key, codes, decodes) => {
    const bytes = bytesOf('damaged', key);
    expect(codesOf(bytes)).toEqual(codes);
    const intact = EXPECTED.entries.find((entry) => entry.key === key)!;
    expect(digestOf(bytes)).toBe(decodes ? intact.pixels_md5 : undefined);
  });

  test('another mode is no damage; its grey pixels are found again', () => {
    const key = 'bb0058094ff6ab6544a18000db2ed0fa';
    const bytes = bytesOf('damaged', key);
    const { header, problems } = readPng(bytes);
    expect(problems).toEqual([]);
    expect(isPlainGrey(header!)).toBe(false);
    expect(digestOf(bytes)).toBe(EXPECTED.entries.find((entry) => entry.key === key)!.pixels_md5);
  });

  test('every cut is noticed, and no cut before the pixels end gives pixels', () => {
    // IEND (12 bytes) and the CRC of IDAT (4) are no pixels.
    const pixelsEnd = SAMPLE.length - 16;
    for (let length = 0; length < SAMPLE.length; length++) {
      const cut = SAMPLE.subarray(0, length);
      expect(codesOf(cut), `cut at ${length}`).toEqual([length === 0 ? 'empty' : 'truncated']);
      expect(digestOf(cut), `cut at ${length}`).toBe(length >= pixelsEnd ? SAMPLE_MD5 : undefined);
    }
  });

  test('every flipped bit is noticed', () => {
    for (let at = 0; at < SAMPLE.length; at++) {
      const flipped = Buffer.from(SAMPLE);
      flipped[at]! ^= 1 << (at % 8);
      expect(codesOf(flipped).length, `byte ${at}`).toBeGreaterThan(0);
    }
  });

  test('bytes behind the end leave the pixels right', () => {
    const bytes = Buffer.concat([SAMPLE, Buffer.from('more')]);
    expect(codesOf(bytes)).toEqual(['trailing-bytes']);
    expect(digestOf(bytes)).toBe(SAMPLE_MD5);
  });

  test('a header that lies about the size is corrupt although its CRC is right', () => {
    for (const [at, value] of [[16, 3], [20, 16], [16, 0x7fffffff]] as const) {
      const lying = Buffer.from(SAMPLE);
      lying.writeUInt32BE(value, at);
      lying.writeUInt32BE(crc32(lying.subarray(12, 29)), 29);
      expect(codesOf(lying)).toEqual(['corrupt']);
    }
  });

  test('anything at all is judged without an error', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (noise) => readPng(Buffer.concat([SAMPLE.subarray(0, 8), noise])).problems.length > 0));
  });
});

describe('what sharp writes', () => {
  const pixels = Uint8Array.from({ length: 37 * 23 }, (_, i) => (i * 7 + (i % 37) * 3) & 255);
  const raw = { raw: { width: 37, height: 23, channels: 1 } } as const;

  test.each([
    ['adaptive filters', { adaptiveFiltering: true, effort: 10 }],
    ['interlaced', { progressive: true }],
  ])('%s decode to the same pixels', async (_, options) => {
    const bytes = await sharp(pixels, raw).toColourspace('b-w').png(options).toBuffer();
    expect(digestOf(bytes)).toBe(pixelsMd5(pixels));
  });

  test('RGB with equal channels is grey, with others it is not', async () => {
    expect(digestOf(await sharp(pixels, raw).toColourspace('srgb').png().toBuffer())).toBe(pixelsMd5(pixels));
    const red = await sharp({ create: { width: 4, height: 4, channels: 3, background: 'red' } }).png().toBuffer();
    expect(codesOf(red)).toEqual([]);
    expect(digestOf(red)).toBeUndefined();
  });

  test('a palette of greys is grey', async () => {
    const bytes = await sharp({ create: { width: 9, height: 5, channels: 3, background: '#808080' } }).png({ palette: true }).toBuffer();
    expect(digestOf(bytes)).toBe(pixelsMd5(new Uint8Array(45).fill(0x80)));
  });
});

describe('encodeGreyPng', () => {
  test('sharp and our own reader see the pixels that went in', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 40 }), fc.infiniteStream(fc.nat(255)), async (width, height, noise) => {
        const pixels = Uint8Array.from(noise.take(width * height));
        const bytes = encodeGreyPng(pixels, width, height);
        expect(digestOf(bytes)).toBe(pixelsMd5(pixels));
        const seen = await sharp(bytes).toColourspace('b-w').raw().toBuffer({ resolveWithObject: true });
        expect(seen.info).toMatchObject({ width, height, channels: 1 });
        expect(seen.data.equals(pixels)).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  test('the file is signature, IHDR, one IDAT, IEND', () => {
    const bytes = encodeGreyPng(Uint8Array.of(0, 255), 2, 1);
    expect(bytes.subarray(0, 33).toString('hex')).toBe(`89504e470d0a1a0a0000000d4948445200000002000000010800000000${bytes.subarray(29, 33).toString('hex')}`);
    expect(bytes.toString('latin1').match(/IDAT|IEND/g)).toEqual(['IDAT', 'IEND']);
  });

  test('a wrong number of pixels is refused', () => {
    expect(() => encodeGreyPng(new Uint8Array(5), 2, 2)).toThrow(RangeError);
  });
});
