import { linkSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeGreyPng } from '../../src-main/formats/png/index.ts';
import { imageKey, metadataText } from '../../src-main/kinds/image/cache-json.ts';
import { benchLines } from './bench-images.ts';

export const FONTS = ['KhmerOS', 'KhmerOSsiemreap', 'KhmerOSbattambang', 'KhmerOSbokor', 'KhmerOSmuol', 'KhmerOSmuollight', 'KhmerOSmetalchrieng', 'KhmerOSfasthand'].map((name) => `fonts/${name}.ttf`);
const HEIGHT = 32;
/** Of a line of 118 characters. */
const WIDTH = 845;
/** ext4 gives one file at most 65,000 names. */
const NAMES_PER_FILE = 60_000;

/** Text and font of the entry at this place, the same on every machine. */
export function* syntheticEntries(count: number): Generator<{ readonly key: string; readonly text: string; readonly fontPath: string }> {
  let made = 0;
  for (const text of benchLines(Math.ceil(count / FONTS.length))) {
    for (const fontPath of FONTS) {
      if (made++ === count) return;
      yield { key: imageKey({ text, fontPath, height: HEIGHT }), text, fontPath };
    }
  }
}

/**
 * Writes a whole cache without drawing: metadata that are true, pictures that are sound, of the right size, and all the same, as
 * hard links. There is no index. At 1,000,000 entries it takes a minute or two, 4 GB and 1,000,000 inodes.
 */
export function writeSyntheticCache(directory: string, count: number): void {
  for (const folder of ['images', 'metadata']) mkdirSync(join(directory, folder), { recursive: true });
  const pixels = new Uint8Array(WIDTH * HEIGHT).fill(255);
  for (let at = 0; at < pixels.length; at += 7) pixels[at] = 0;
  const png = encodeGreyPng(pixels, WIDTH, HEIGHT);
  let picture = '';
  let at = 0;
  for (const { key, text, fontPath } of syntheticEntries(count)) {
    const image = join(directory, 'images', `${key}.png`);
    if (at++ % NAMES_PER_FILE === 0) {
      writeFileSync(image, png);
      picture = image;
    } else linkSync(picture, image);
    writeFileSync(join(directory, 'metadata', `${key}.json`), metadataText({ text, fontPath, height: HEIGHT, width: WIDTH, key, createdAt: '1752900000.25' }));
  }
}
