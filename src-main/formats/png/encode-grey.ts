import { crc32, deflateSync } from 'node:zlib';
import { SIGNATURE } from './header.ts';

/**
 * A PNG of one grey byte a pixel: signature, IHDR (8 bits, grey, not interlaced), one IDAT (filter 0
 * on every row, zlib level 6), IEND. Equal pixels give equal bytes for one build of zlib; between
 * builds only the pixels are equal.
 *
 * @param pixels `pixels[y * width + x]`, 0 black to 255 white
 * @throws RangeError if their number is not `width * height`: a bug of the caller
 */
export function encodeGreyPng(pixels: Uint8Array, width: number, height: number): Buffer {
  if (width <= 0 || height <= 0 || pixels.length !== width * height) throw new RangeError(`${pixels.length} pixels for ${width} × ${height}`);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 8;
  const rows = Buffer.alloc((width + 1) * height);
  for (let row = 0; row < height; row++) rows.set(pixels.subarray(row * width, (row + 1) * width), row * (width + 1) + 1);
  return Buffer.concat([SIGNATURE, chunk('IHDR', header), chunk('IDAT', deflateSync(rows, { level: 6 })), chunk('IEND', Buffer.alloc(0))]);
}

function chunk(type: string, data: Buffer): Buffer {
  const framed = Buffer.alloc(12 + data.length);
  framed.writeUInt32BE(data.length, 0);
  framed.write(type, 4, 'latin1');
  data.copy(framed, 8);
  framed.writeUInt32BE(crc32(framed.subarray(4, 8 + data.length)), 8 + data.length);
  return framed;
}
