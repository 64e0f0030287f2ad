import { createHash } from 'node:crypto';

/** md5 hex of grey pixels, row by row: what makes two pictures the same, whatever compressed them. */
export function pixelsMd5(pixels: Uint8Array): string {
  return createHash('md5').update(pixels).digest('hex');
}
