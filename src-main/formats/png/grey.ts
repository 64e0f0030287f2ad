import { channelsOf, COLOUR, rowBytes } from './header.ts';
import type { PngHeader } from './header.ts';
import type { PngContent } from './read-png.ts';
import type { PngPass } from './unfilter.ts';

/**
 * The picture as one grey byte a pixel, row by row: `pixels[y * width + x]`, 0 black to 255 white.
 *
 * @returns undefined where that would lose something: colours, transparency, 16 bits a sample
 */
export function greyPixels(header: PngHeader, content: PngContent): Uint8Array | undefined {
  if (header.bitDepth === 16 || content.hasTransparency) return undefined;
  const grey = new Uint8Array(header.width * header.height);
  for (const pass of content.passes) {
    for (let row = 0; row < pass.height; row++) {
      if (!readRow(header, content, pass, row, grey)) return undefined;
    }
  }
  return grey;
}

function readRow(header: PngHeader, content: PngContent, pass: PngPass, row: number, grey: Uint8Array): boolean {
  const stride = rowBytes(header, pass.width);
  const line = pass.rows.subarray(row * stride, (row + 1) * stride);
  const to = (pass.y0 + row * pass.dy) * header.width + pass.x0;
  // What every picture of a cache is: a byte a pixel already.
  if (header.colourType === COLOUR.grey && header.bitDepth === 8 && pass.dx === 1) {
    grey.set(line.subarray(0, pass.width), to);
    return true;
  }
  for (let column = 0; column < pass.width; column++) {
    const value = greyAt(header, content, line, column);
    if (value === undefined) return false;
    grey[to + column * pass.dx] = value;
  }
  return true;
}

function greyAt(header: PngHeader, { palette }: PngContent, line: Uint8Array, column: number): number | undefined {
  const channels = channelsOf(header);
  const at = column * channels;
  switch (header.colourType) {
    case COLOUR.grey:
      return (sampleAt(line, column, header.bitDepth) * 255) / (2 ** header.bitDepth - 1);
    case COLOUR.greyAlpha:
      return line[at + 1] === 255 ? line[at] : undefined;
    case COLOUR.palette:
      return equal(palette, sampleAt(line, column, header.bitDepth) * 3);
    case COLOUR.rgb:
      return equal(line, at);
    case COLOUR.rgbAlpha:
      return line[at + 3] === 255 ? equal(line, at) : undefined;
  }
}

/** A sample of 1, 2, 4 or 8 bits; the leftmost pixel is in the high bits (7.2). */
function sampleAt(line: Uint8Array, column: number, bits: number): number {
  const bit = column * bits;
  return (line[bit >> 3]! >> (8 - bits - (bit & 7))) & (2 ** bits - 1);
}

/** The value of three equal bytes. */
function equal(bytes: Uint8Array | undefined, at: number): number | undefined {
  const value = bytes?.[at];
  return value === bytes?.[at + 1] && value === bytes?.[at + 2] ? value : undefined;
}
