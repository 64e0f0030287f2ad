/** The eight bytes every PNG begins with (PNG specification, third edition, 5.2). */
export const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

export const COLOUR = { grey: 0, rgb: 2, palette: 3, greyAlpha: 4, rgbAlpha: 6 } as const;
export type ColourType = (typeof COLOUR)[keyof typeof COLOUR];

export interface PngHeader {
  readonly width: number;
  readonly height: number;
  /** Bits of one sample: 1, 2, 4, 8 or 16. */
  readonly bitDepth: number;
  readonly colourType: ColourType;
  readonly isInterlaced: boolean;
}

/** Bit depths each colour type may have (11.2.1). */
const DEPTHS: ReadonlyMap<number, readonly number[]> = new Map<number, readonly number[]>([
  [COLOUR.grey, [1, 2, 4, 8, 16]],
  [COLOUR.rgb, [8, 16]],
  [COLOUR.palette, [1, 2, 4, 8]],
  [COLOUR.greyAlpha, [8, 16]],
  [COLOUR.rgbAlpha, [8, 16]],
]);

/** Samples per pixel. */
export function channelsOf({ colourType }: PngHeader): number {
  if (colourType === COLOUR.rgb) return 3;
  if (colourType === COLOUR.rgbAlpha) return 4;
  return colourType === COLOUR.greyAlpha ? 2 : 1;
}

/** Bytes of one row of pixels without its filter byte. */
export function rowBytes(header: PngHeader, width: number = header.width): number {
  return Math.ceil((width * header.bitDepth * channelsOf(header)) / 8);
}

/** One grey byte a pixel, row after row: the only form a cache of lines holds. */
export function isPlainGrey(header: PngHeader): boolean {
  return header.colourType === COLOUR.grey && header.bitDepth === 8 && !header.isInterlaced;
}

/**
 * The 13 bytes of IHDR: width and height (big-endian, 32 bits), bit depth, colour type, compression,
 * filter and interlace method.
 *
 * @returns a sentence where they mean nothing
 */
export function parseHeader(data: Uint8Array): PngHeader | string {
  if (data.length !== 13) return `IHDR has ${data.length} bytes instead of 13`;
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const [width, height] = [view.getUint32(0), view.getUint32(4)];
  const [bitDepth, colourType, compression, filter, interlace] = [data[8]!, data[9]!, data[10]!, data[11]!, data[12]!];
  if (width === 0 || height === 0 || width > 0x7fffffff || height > 0x7fffffff) return `a size of ${width} × ${height}`;
  if (!DEPTHS.get(colourType)?.includes(bitDepth)) return `colour type ${colourType} with ${bitDepth} bits does not exist`;
  if (compression !== 0 || filter !== 0 || interlace > 1) return 'an unknown compression, filter or interlace method';
  return { width, height, bitDepth, colourType: colourType as ColourType, isInterlaced: interlace === 1 };
}
