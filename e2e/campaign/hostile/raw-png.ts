import { crc32, deflateSync } from 'node:zlib';
import { encodeGreyPng } from '../../../src-main/formats/png/index.ts';

const SIGNATURE_BYTES = 8;
/** Length and type before the data, the checksum behind them. */
const FRAME_BYTES = 12;

/** The same chunks with checksums that are right, so that what they hold is what is read. */
export function withRightSums(bytes: Uint8Array): Buffer {
  const fixed = Buffer.from(bytes);
  for (let at = SIGNATURE_BYTES; at + FRAME_BYTES <= fixed.length; ) {
    const end = at + 8 + fixed.readUInt32BE(at);
    if (end + 4 > fixed.length) break;
    fixed.writeUInt32BE(crc32(fixed.subarray(at + 4, end)), end);
    at = end + 4;
  }
  return fixed;
}

function chunk(type: string, data: Buffer): Buffer {
  const framed = Buffer.alloc(FRAME_BYTES + data.length);
  framed.writeUInt32BE(data.length, 0);
  framed.write(type, 4, 'latin1');
  data.copy(framed, 8);
  return framed;
}

function png(width: number, height: number, form: readonly number[], ...chunks: readonly Buffer[]): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set(form, 8);
  return withRightSums(Buffer.concat([encodeGreyPng(Buffer.alloc(1), 1, 1).subarray(0, SIGNATURE_BYTES), chunk('IHDR', header), ...chunks, chunk('IEND', Buffer.alloc(0))]));
}

const GREY = [8, 0, 0, 0, 0] as const;

/** Sound pictures of several forms, bombs, and headers that claim what is not there. */
export function seedPictures(): Buffer[] {
  const bomb = chunk('IDAT', deflateSync(Buffer.alloc(256 << 20), { level: 9 }));
  const row = chunk('IDAT', deflateSync(Buffer.alloc(9 * 8)));
  return [
    encodeGreyPng(Uint8Array.from({ length: 64 }, (_, n) => n * 3), 8, 8),
    png(8, 8, GREY, row),
    png(8, 8, [8, 0, 0, 0, 1], chunk('IDAT', deflateSync(Buffer.alloc(90)))),
    png(8, 8, [8, 3, 0, 0, 0], chunk('PLTE', Buffer.from([0, 0, 0, 255, 255, 255])), row),
    png(8, 8, [16, 6, 0, 0, 0], chunk('IDAT', deflateSync(Buffer.alloc(65 * 8)))),
    png(8, 8, GREY, bomb),
    png(16_000, 16_000, GREY, bomb),
    png(0x7fffffff, 0x7fffffff, GREY, row),
    png(0xffffffff, 1, GREY, row),
    png(0, 8, GREY, row),
    png(8, 8, GREY, row, chunk('zTXt', Buffer.concat([Buffer.from('a\0\0'), deflateSync(Buffer.alloc(64 << 20))]))),
    png(8, 8, GREY, ...Array.from({ length: 2_000 }, () => chunk('IDAT', Buffer.alloc(0))), row),
    png(8, 8, GREY, chunk('ABCD', Buffer.alloc(4)), row),
  ];
}
