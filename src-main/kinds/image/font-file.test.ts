import { expect, it } from 'vitest';
import { seedFonts } from '../../../e2e/campaign/hostile/raw-sfnt.ts';
import { parseFont } from './font-file.ts';

it('tells a font whose outlines lie beyond their table as a damaged font, whenever it is asked', () => {
  const [sound, , , , cut] = seedFonts();
  // 500 of 1000 units; U+005A is glyph 26.
  expect(parseFont(sound!, 'sound.ttf').outlineWidth(0x5a)).toBe(0.5);
  const font = parseFont(cut!, 'cut.ttf');
  expect(() => font.outlineWidth(0x5a)).toThrow(/cut\.ttf is damaged: a table ends too early/);
});
