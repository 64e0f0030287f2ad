import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeGreyPng } from '../../src-main/formats/png/index.ts';
import { imageKey, metadataText } from '../../src-main/kinds/image/cache-json.ts';
import { benchLines } from './bench-images.ts';

export const FONTS = ['KhmerOS', 'KhmerOSsiemreap', 'KhmerOSbattambang', 'KhmerOSbokor', 'KhmerOSmuol', 'KhmerOSmuollight', 'KhmerOSmetalchrieng', 'KhmerOSfasthand'].map((name) => `fonts/${name}.ttf`);
const HEIGHT = 32;
/** Of a word; narrow, so that a million different pictures are soon encoded. */
const WIDTH = 64;
/** Bits of a number from 0 to a hundred million. */
const NUMBER_BITS = 27;

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
 * Writes a whole cache without drawing: metadata that are true, and pictures that are sound and all different. There is no
 * index. At 1,000,000 entries it takes some minutes, 8 GB and 2,000,000 inodes.
 */
export function writeSyntheticCache(directory: string, count: number): void {
  for (const folder of ['images', 'metadata']) mkdirSync(join(directory, folder), { recursive: true });
  let at = 0;
  for (const { key, text, fontPath } of syntheticEntries(count)) {
    writeFileSync(join(directory, 'images', `${key}.png`), encodeGreyPng(picture(at++), WIDTH, HEIGHT));
    writeFileSync(join(directory, 'metadata', `${key}.json`), metadataText({ text, fontPath, height: HEIGHT, width: WIDTH, key, createdAt: '1752900000.25' }));
  }
}

/** Stripes, and the number in black and white. */
function picture(number: number): Uint8Array {
  const pixels = new Uint8Array(WIDTH * HEIGHT).fill(255);
  for (let at = 0; at < pixels.length; at += 7) pixels[at] = 0;
  for (let bit = 0; bit < NUMBER_BITS; bit++) pixels[bit] = (number >> bit) & 1 ? 0 : 255;
  return pixels;
}
