import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { greyPixels, pixelsMd5, readPng, readPngHeader } from '../../../src-main/formats/png/index.ts';
import { parseFont } from '../../../src-main/kinds/image/font-file.ts';
import { readMetadata } from '../../../src-main/kinds/image/metadata-read.ts';
import { scanObject } from '../../../src-main/kinds/image/scan-object.ts';
import { seedPictures, withRightSums } from './raw-png.ts';
import { seedFonts } from './raw-sfnt.ts';
import type { HostileTarget } from './target.ts';

const FIXTURES = join(import.meta.dirname, '../../../src-main/kinds/image/__fixtures__');
const SEEDS_MAX = 24;
const PIECE_BYTES = 97;
const latin = (...words: readonly string[]): Buffer[] => words.map((word) => Buffer.from(word, 'latin1'));
const filesOf = (...folder: readonly string[]): Buffer[] => readdirSync(join(FIXTURES, ...folder)).slice(0, SEEDS_MAX).map((name) => readFileSync(join(FIXTURES, ...folder, name)));

function pngAnswer(bytes: Uint8Array): readonly [string, string] {
  readPngHeader(bytes.subarray(0, 33));
  const { header, problems, content } = readPng(bytes);
  const grey = header === undefined || content === undefined ? undefined : greyPixels(header, content);
  if (grey !== undefined) pixelsMd5(grey);
  return [problems[0]?.code ?? 'sound', `${problems.map(({ message }) => message).join('; ')} ${grey === undefined ? 'no pixels' : 'pixels'}`];
}

/** Characters asked for: none of these letters, letters, Khmer, beyond the first plane. */
const ASKED = [0, 0x41, 0x5a, 0x17d2, 0xffff, 0x1f600, 0x10ffff];

const JSON_WORDS = ['{', '}', '[', ']', ':', ',', '"', '\\', '\\u0000', '\\ud800', 'null', 'true', '1e999', '-0', '[[[[[[[[[[[[[[[[', '__proto__', 'text', 'font_path', 'image_height', '../../../etc/passwd', '\u00ff', '\0'] as const;

/** Cut where nobody would cut it. */
async function* inPieces(input: Buffer): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < input.length; at += PIECE_BYTES) yield await Promise.resolve(input.subarray(at, at + PIECE_BYTES));
}

/** Readers of an image cache. */
export const IMAGE_TARGETS: readonly HostileTarget[] = [
  {
    name: 'png',
    words: latin('IHDR', 'IDAT', 'IEND', 'PLTE', 'tRNS', '\u0000\u0000\u0000\u0000', '\u007f\u00ff\u00ff\u00ff', '\u00ff\u00ff\u00ff\u00ff', '\u0078\u009c', '\u0008\u0000\u0000\u0000\u0001', '\u0010\u0006\u0000\u0000\u0000'),
    seeds: () => [...filesOf('intact', 'images'), ...filesOf('damaged', 'images'), ...seedPictures()],
    read: (input) => {
      pngAnswer(input);
      return pngAnswer(withRightSums(input));
    },
  },
  {
    name: 'font',
    words: latin('\u0000\u0001\u0000\u0000', 'OTTO', 'ttcf', 'cmap', 'name', 'head', 'loca', 'glyf', 'fvar', 'GSUB', '\u0000\u0004', '\u0000\u000c', '\u00ff\u00ff', '\u00ff\u00ff\u00ff\u00ff', '\u007f\u00ff'),
    seeds: seedFonts,
    read: (input) => {
      const font = parseFont(input, 'font.ttf');
      const found = ASKED.map((codePoint) => `${font.glyphOf(codePoint)} ${font.outlineWidth(codePoint) ?? 'empty'}`);
      return ['sound', `${font.isVariable} ${font.hasShaping} ${found.join(' ')}`];
    },
  },
  {
    name: 'metadata',
    words: latin(...JSON_WORDS),
    seeds: () => [...filesOf('intact', 'metadata'), ...filesOf('damaged', 'metadata')],
    read: (input) => {
      const { problem } = readMetadata(input);
      return [problem === undefined ? 'sound' : 'metadata-invalid', problem ?? ''];
    },
  },
  {
    name: 'index',
    words: latin(...JSON_WORDS),
    seeds: () => filesOf('index-variants').filter(({ length }) => length < 24 * 1024),
    read: async (input) => {
      let members = 0;
      const problem = await scanObject(inPieces(input), () => members++);
      return [problem === undefined ? 'sound' : 'index-unreadable', problem ?? `${members} members`];
    },
  },
];
