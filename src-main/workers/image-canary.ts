const CONVERSIONS = 64;
const SIDE = 96;

/**
 * Enough conversions of every format to find out whether sharp's library survives in this process. Where it
 * does not, the process is what dies, so nothing else may run in it.
 *
 * @throws what sharp throws, also where it cannot be loaded
 */
export async function runImageCanary(): Promise<void> {
  const { default: sharp } = await import('sharp');
  for (let i = 0; i < CONVERSIONS; i++) {
    const pixels = sharp(Buffer.alloc(SIDE * SIDE * 3, i), { raw: { width: SIDE, height: SIDE, channels: 3 } }).resize(SIDE / 2);
    const format = (['png', 'jpeg', 'webp'] as const)[i % 3]!;
    const made = await pixels.toFormat(format).toBuffer();
    const { width } = await sharp(made).resize(SIDE / 4).png().toBuffer({ resolveWithObject: true }).then(({ info }) => info);
    if (width !== SIDE / 4) throw new Error(`A picture came out ${width} pixels wide in place of ${SIDE / 4}.`);
  }
}
