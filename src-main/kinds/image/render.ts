import sharp from 'sharp';
import { LarderError } from '../../base/index.ts';
import { familyKey } from './font-family.ts';
import type { FontFacts } from './font-file.ts';
import { findInk } from './ink.ts';
import type { Ink } from './ink.ts';

export interface RenderRequest {
  /** As `textToDraw` gives it. */
  readonly text: string;
  readonly font: Pick<FontFacts, 'file' | 'drawnFile' | 'family'>;
  /** Pixels. */
  readonly height: number;
}

export interface RenderedLine {
  readonly width: number;
  readonly height: number;
  /** `pixels[y * width + x]`, 0 black to 255 white. */
  readonly pixels: Uint8Array;
  /** Pixels an em; smaller than half the height where the line would not have fitted. */
  readonly fontSize: number;
  readonly inkWidth: number;
  readonly inkHeight: number;
}

const PADDING = 5;
const SIZE_FACTOR = 0.5;
const SMALLEST_SIZE = 4;
/** The surface a line is drawn on has at most 32,767 pixels a side, and a character about one and more. */
const MAX_CHARACTERS = 32_767;
const BLANK_WIDTH = 10;

// One call uses one core; a worker is a process of its own.
sharp.concurrency(1);
sharp.cache(false);

/** Other versions may draw other pixels. */
export const LIBRARY_VERSION = sharp.versions.sharp ?? 'unknown';

/**
 * Draws a line in shaped text (Pango and HarfBuzz): black on white, ink centred in the height, five
 * pixels left and right. Where half the height as font size is too high, the text is drawn again
 * smaller; nothing is clipped, nothing is scaled.
 *
 * @returns 'too-long' where the line is wider than a surface can be
 * @throws FONT_INVALID if another file of the same family was drawn by this process before
 */
export async function renderLine({ text, font, height }: RenderRequest): Promise<RenderedLine | 'too-long'> {
  let fontSize = Math.floor(height * SIZE_FACTOR);
  let ink = await drawText(text, font, fontSize);
  while (typeof ink !== 'string' && ink.height > height && fontSize > SMALLEST_SIZE) {
    fontSize = Math.max(SMALLEST_SIZE, Math.min(fontSize - 0.5, Math.floor((2 * fontSize * height) / ink.height) / 2));
    ink = await drawText(text, font, fontSize);
  }
  if (ink === 'too-long') return ink;
  if (ink === 'blank') return { width: BLANK_WIDTH, height, pixels: new Uint8Array(BLANK_WIDTH * height).fill(255), fontSize, inkWidth: 0, inkHeight: 0 };
  return { ...compose(ink, height), height, fontSize, inkWidth: ink.width, inkHeight: ink.height };
}

/** Ink of a text at a size; for probes as well. @throws as `renderLine`; NATIVE_MODULE_MISSING where sharp is the build without text */
export async function drawText(text: string, font: Pick<FontFacts, 'file' | 'drawnFile' | 'family'>, fontSize: number): Promise<Ink | 'blank' | 'too-long'> {
  claimFamily(font);
  if (text.trim() === '') return 'blank';
  if (text.length > MAX_CHARACTERS) return 'too-long';
  const markup = `<span fallback="false">${text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')}</span>`;
  try {
    // The comma keeps Pango from reading "Light" of a family name as a style.
    const drawn = sharp({ text: { text: markup, fontfile: font.drawnFile ?? font.file, font: `${font.family}, ${fontSize}`, dpi: 72, wrap: 'none' } });
    const { data, info } = await drawn.toColourspace('b-w').raw().toBuffer({ resolveWithObject: true });
    return findInk(data, info.width, info.height);
  } catch (error) {
    if (error instanceof Error && /too big/.test(error.message)) return 'too-long';
    if (error instanceof Error && /no text to render/.test(error.message)) return 'blank';
    // The WebAssembly build of sharp has neither Pango nor HarfBuzz.
    if (error instanceof Error && /class "text" not found/.test(error.message)) throw new LarderError('NATIVE_MODULE_MISSING', 'The portable picture library cannot draw text.', { hint: 'Make image caches on the command line (`larder generate`) or in the browser (`larder serve`): there the library of this system is used.' });
    throw error;
  }
}

const files = new Map<string, string>();

/** The first file of a family is drawn for all of its name, without a word: refuse the second. */
function claimFamily({ file, family }: Pick<FontFacts, 'file' | 'drawnFile' | 'family'>): void {
  const key = familyKey(family);
  const first = files.get(key) ?? file;
  files.set(key, first);
  if (first === file) return;
  throw new LarderError('FONT_INVALID', `${file} and ${first} both call themselves "${family}"; one process can draw only one of them.`, { hint: 'Draw each of the two fonts in a run of its own.' });
}

function compose(ink: Ink, height: number): { readonly width: number; readonly pixels: Uint8Array } {
  const width = ink.width + 2 * PADDING;
  const pixels = new Uint8Array(width * height).fill(255);
  const top = Math.max(0, Math.floor((height - ink.height) / 2));
  for (let row = 0; row < Math.min(ink.height, height); row++) {
    const to = (top + row) * width + PADDING;
    for (let column = 0; column < ink.width; column++) pixels[to + column] = 255 - ink.coverage[row * ink.width + column]!;
  }
  return { width, pixels };
}
