import type { FontFacts } from './font-file.ts';
import { readFontFile } from './font-file.ts';
import { GlyphGuard } from './glyph-guard.ts';

/** A font in a worker that draws with it. */
export interface DrawingFont {
  readonly facts: FontFacts;
  readonly guard: GlyphGuard;
}

const fonts = new Map<string, Promise<DrawingFont>>();

/** A font is read and probed once in a worker's life. @throws FONT_INVALID; FILE_NOT_FOUND, PERMISSION_DENIED */
export async function drawingFont(file: string): Promise<DrawingFont> {
  const known = fonts.get(file) ?? readFontFile(file).then((facts) => ({ facts, guard: new GlyphGuard(facts) }));
  fonts.set(file, known);
  return await known;
}
