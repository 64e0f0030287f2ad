import { mkdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileError, writeFileAtomic } from '../../base/index.ts';
import type { FontFacts } from './font-file.ts';
import { readFontFile } from './font-file.ts';
import { GlyphGuard } from './glyph-guard.ts';
import { inOrder } from './sfnt.ts';

/** A font in a worker that draws with it. */
export interface DrawingFont {
  readonly facts: FontFacts;
  readonly guard: GlyphGuard;
}

const fonts = new Map<string, Promise<DrawingFont>>();

/** A font is read and probed once in a worker's life. @throws FONT_INVALID; FILE_NOT_FOUND, PERMISSION_DENIED, DISK_FULL */
export async function drawingFont(file: string): Promise<DrawingFont> {
  const known = fonts.get(file) ?? readFontFile(file).then(drawable).then((facts) => ({ facts, guard: new GlyphGuard(facts) }));
  fonts.set(file, known);
  return await known;
}

/**
 * HarfBuzz bisects the list of tables and finds nothing in one that is out of order, where FreeType
 * reads it whole: such a font is drawn from a copy, by its digest, beside the font settings.
 */
export async function drawable(facts: FontFacts): Promise<FontFacts> {
  if (facts.isInOrder) return facts;
  const settings = process.env['FONTCONFIG_FILE'];
  const directory = join(settings === undefined ? tmpdir() : dirname(settings), 'in-order');
  const drawnFile = join(directory, `${facts.md5}.ttf`);
  try {
    await mkdir(directory, { recursive: true });
    await writeFileAtomic(drawnFile, inOrder(await readFile(facts.file)));
  } catch (error) {
    throw fileError(error, drawnFile, 'copying the font to');
  }
  return { ...facts, drawnFile };
}
