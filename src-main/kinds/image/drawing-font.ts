import { readFile, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { LarderError, fileError, makeFolderSync, writeFileAtomic } from '../../base/index.ts';
import type { FontFacts } from './font-file.ts';
import { readFontFile } from './font-file.ts';
import { GlyphGuard } from './glyph-guard.ts';
import { inOrder } from './sfnt.ts';

/** A font in a worker that draws with it. */
export interface DrawingFont {
  readonly facts: FontFacts;
  readonly guard: GlyphGuard;
  /** Size and time of the file before it was read. */
  readonly version: string;
}

const fonts = new Map<string, Promise<DrawingFont>>();

/** A font is read and probed once in a worker's life. @throws FONT_INVALID; FILE_NOT_FOUND, PERMISSION_DENIED, DISK_FULL */
export async function drawingFont(file: string): Promise<DrawingFont> {
  const known = fonts.get(file) ?? readFont(file);
  fonts.set(file, known);
  return await known;
}

async function readFont(file: string): Promise<DrawingFont> {
  const version = await versionOf(file);
  const facts = await drawable(await readFontFile(file));
  return { facts, guard: new GlyphGuard(facts), version };
}

/**
 * For a worker that outlives the look at a font: the renderer keeps what it has read of a file, so that only a new process
 * draws with another one of the same name.
 *
 * @throws FONT_INVALID where the file is another one by now; FILE_NOT_FOUND, PERMISSION_DENIED
 */
export async function assertUnchanged(font: DrawingFont): Promise<void> {
  const { file } = font.facts;
  if ((await versionOf(file)) === font.version) return;
  throw new LarderError('FONT_INVALID', `${file} has changed since this process drew with it.`, { hint: 'Draw the line again.' });
}

async function versionOf(file: string): Promise<string> {
  try {
    const { size, mtimeNs } = await stat(file, { bigint: true });
    return `${size} ${mtimeNs}`;
  } catch (error) {
    throw fileError(error, file, 'reading the font');
  }
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
    makeFolderSync(directory);
    await writeFileAtomic(drawnFile, inOrder(await readFile(facts.file)));
  } catch (error) {
    throw fileError(error, drawnFile, 'copying the font to');
  }
  return { ...facts, drawnFile };
}
