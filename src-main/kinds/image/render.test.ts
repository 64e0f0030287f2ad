import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { withEmptyGlyph, withFamily, withoutTable, withTablesReversed } from '../../../e2e/image/altered-fonts.ts';
import { pixelsMd5 } from '../../formats/png/index.ts';
import { drawable } from './drawing-font.ts';
import { parseFont, readFontFile } from './font-file.ts';
import type { FontFacts } from './font-file.ts';
import { findKhmerFonts } from './find-khmer-fonts.ts';
import { GlyphGuard } from './glyph-guard.ts';
import { findLooseMark } from './khmer-syllables.ts';
import { prepareRenderEnvironment } from './render-environment.ts';
import { drawText, renderLine } from './render.ts';
import { textToDraw } from './text-to-draw.ts';

/** Measured with a prototype of the same rule. Fonts and libraries of other versions may differ within the tolerances it names. */
const REFERENCE = JSON.parse(readFileSync(join(import.meta.dirname, '__fixtures__', 'render-reference.json'), 'utf8')) as {
  font_md5: Record<string, string>;
  entries: { text: string; font: string; height: number; font_size: number; ink_width: number; ink_height: number; image_width: number; pixels_md5: string }[];
};
const DEJAVU = '/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf';
const folder = findKhmerFonts();
const withFonts = describe.runIf(folder !== undefined);
if (folder === undefined) console.log('Rendering is not tested: no Khmer OS fonts on this machine (Debian: apt-get install fonts-khmeros).');
const fontAt = (name: string): string => join(folder!, name);

let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'larder-render-'));
  // Nothing was drawn in this process yet, so the font library has not read its settings.
  Object.assign(process.env, await prepareRenderEnvironment(scratch));
});
afterAll(() => rm(scratch, { recursive: true }));

withFonts('the reference', () => {
  test.each(Object.keys(REFERENCE.font_md5))('%s', async (name) => {
    const font = await readFontFile(fontAt(name));
    const cases = REFERENCE.entries.filter((entry) => entry.font === name);
    expect(cases.length).toBeGreaterThan(0);
    const isSameFont = font.md5 === REFERENCE.font_md5[name];
    for (const entry of cases) {
      const line = await renderLine({ text: textToDraw(entry.text), font, height: entry.height });
      if (line === 'too-long') throw new Error(`too long: ${entry.text}`);
      const where = `${entry.text} at ${entry.height}`;
      expect(line.height, where).toBe(entry.height);
      expect(line.width, where).toBe(line.inkWidth === 0 ? 10 : line.inkWidth + 10);
      if (!isSameFont) continue;
      expect(Math.abs(line.fontSize - entry.font_size), where).toBeLessThanOrEqual(0.5);
      expect(Math.abs(line.inkWidth - entry.ink_width), where).toBeLessThanOrEqual(Math.max(2, 0.02 * entry.ink_width));
      expect(Math.abs(line.inkHeight - entry.ink_height), where).toBeLessThanOrEqual(1);
    }
  });

  test('a font whose tables are listed in another order draws the same, shaped text', async () => {
    const sound = readFileSync(fontAt('KhmerOSbattambang.ttf'));
    const file = join(scratch, 'Reversed.ttf');
    writeFileSync(file, withFamily(withTablesReversed(sound), 'Battambang', 'Gnabmattab'));
    const [one, other] = [await readFontFile(fontAt('KhmerOSbattambang.ttf')), await drawable(await readFontFile(file))];
    expect([other.hasShaping, other.hasPositioning]).toEqual([true, true]);
    for (const text of ['ខ្ញុំចង់រៀន', 'ភាសាខ្មែរ']) {
      expect(await new GlyphGuard(other).judge(text)).toBeUndefined();
      expect(await renderLine({ text, font: other, height: 32 })).toEqual(await renderLine({ text, font: one, height: 32 }));
    }
  });

  test('pixels do not depend on what was drawn before or beside', async () => {
    const font = await readFontFile(fontAt('KhmerOS.ttf'));
    const texts = REFERENCE.entries.filter((entry) => entry.font === 'KhmerOS.ttf').slice(0, 20).map(({ text }) => textToDraw(text));
    const digest = async (text: string): Promise<string> => {
      const line = await renderLine({ text, font, height: 32 });
      return line === 'too-long' ? line : pixelsMd5(line.pixels);
    };
    const one: string[] = [];
    for (const text of texts) one.push(await digest(text));
    expect(await Promise.all(texts.map(digest))).toEqual(one);
    expect((await Promise.all(texts.toReversed().map(digest))).reverse()).toEqual(one);
  });
});

withFonts('shapes', () => {
  let font: FontFacts;
  beforeAll(async () => {
    font = await readFontFile(fontAt('KhmerOS.ttf'));
  });
  const widthOf = async (text: string): Promise<number> => {
    const ink = await drawText(text, font, 16);
    return typeof ink === 'string' ? 0 : ink.width;
  };

  test('a subscript stands below its letter: no wider than the letter', async () => {
    expect(await widthOf('ក្ក')).toBe(await widthOf('ក'));
    expect(await widthOf('ក្\u200dក')).toBeGreaterThan(1.8 * (await widthOf('ក')));
  });

  test('a line without ink is ten blank columns', async () => {
    const line = await renderLine({ text: '', font, height: 48 });
    expect(line).toMatchObject({ width: 10, height: 48, inkWidth: 0 });
    expect(line !== 'too-long' && line.pixels.every((pixel) => pixel === 255)).toBe(true);
  });

  test('the border is white and the ink touches the padding', async () => {
    const line = await renderLine({ text: 'ភាសា', font, height: 32 });
    if (line === 'too-long') throw new Error('too long');
    const columnIsWhite = (x: number): boolean => Array.from({ length: line.height }, (_, y) => line.pixels[y * line.width + x]).every((pixel) => pixel === 255);
    expect([0, 1, 2, 3, 4].every(columnIsWhite)).toBe(true);
    expect(columnIsWhite(5)).toBe(false);
    expect(columnIsWhite(line.width - 6)).toBe(false);
    expect(columnIsWhite(line.width - 5)).toBe(true);
  });

  test.each([9_000, 100_000])('a line of %i characters is too long, not an error', async (length) => {
    expect(await renderLine({ text: 'ក'.repeat(length), font, height: 32 })).toBe('too-long');
  });

  test('markup is text', async () => {
    expect(await widthOf('<b>&amp;</b>')).toBeGreaterThan(await widthOf('b&amp;b'));
  });

  test('a second file of a family is refused', async () => {
    await expect(renderLine({ text: 'a', font: { file: '/elsewhere/KhmerOS.ttf', family: font.family }, height: 32 })).rejects.toMatchObject({ code: 'FONT_INVALID' });
  });
});

withFonts('the guard', () => {
  let font: FontFacts;
  let guard: GlyphGuard;
  beforeAll(async () => {
    font = await readFontFile(fontAt('KhmerOS.ttf'));
    guard = new GlyphGuard(font);
  });

  test('lets every line of the reference through, in every font', async () => {
    for (const name of Object.keys(REFERENCE.font_md5)) {
      const judge = new GlyphGuard(await readFontFile(fontAt(name)));
      for (const { text } of REFERENCE.entries.filter((entry) => entry.font === name)) expect(await judge.judge(textToDraw(text)), `${text} in ${name}`).toBeUndefined();
    }
  });

  test.each([
    ['ភាសា 🙂', 'missing-glyph', ['🙂']],
    ['שלום', 'missing-glyph', ['ש', 'ל', 'ו', 'ם']],
    ['ាុំ', 'wrong-shaping', ['ា']],
    ['ក ះ', 'wrong-shaping', ['ះ']],
  ])('%s is %s', async (text, reason, characters) => {
    expect(await guard.judge(text)).toMatchObject({ reason, characters });
  });

  test.runIf(existsSync(DEJAVU))('a font without Khmer draws right-to-left text and no Khmer', async () => {
    const dejavu = new GlyphGuard(await readFontFile(DEJAVU));
    expect(await dejavu.judge('ABC אבג')).toBeUndefined();
    expect(await dejavu.judge('ក')).toMatchObject({ reason: 'missing-glyph' });
  });

  test('a font whose substitution rules are gone forms no subscripts', async () => {
    const unshaped = await writeFont(withFamily(withoutTable(readFileSync(fontAt('KhmerOSbokor.ttf')), 'GSUB'), 'Khmer OS Bokor', 'Khmer OS Bakor'), 'unshaped.ttf');
    expect(unshaped).toMatchObject({ family: 'Khmer OS Bakor', hasShaping: false });
    expect(await new GlyphGuard(unshaped).judge('ខ្មែរ')).toMatchObject({ reason: 'wrong-shaping', characters: ['្ម'] });
    expect(await new GlyphGuard(unshaped).judge('កខគ')).toBeUndefined();
  });

  test.each([
    ['KhmerOSbattambang.ttf', 'Khmer OS Battambang', 'Khmer OS Battambong'],
    ['KhmerOSsys.ttf', 'Khmer OS System', 'Khmer OS Sistem'],
  ])('%s without its rules of positioning draws marks onto each other', async (name, family, renamed) => {
    const sound = await readFontFile(fontAt(name));
    const unplaced = await writeFont(withFamily(withoutTable(readFileSync(fontAt(name)), 'GPOS'), family, renamed), `unplaced-${name}`);
    expect([sound.hasPositioning, unplaced.hasPositioning]).toEqual([true, false]);
    const [good, bad] = [new GlyphGuard(sound), new GlyphGuard(unplaced)];
    for (const text of ['ខ្ញុំ', 'កិំ', 'ក្កូ']) {
      expect(await good.judge(text), text).toBeUndefined();
      expect(await bad.judge(text), text).toMatchObject({ reason: 'wrong-shaping', message: expect.stringMatching(/draws U\+17\w\w \(.\) onto/) as string });
    }
    // A subscript of RO stands beside its letter, and a single mark has nothing to lie on.
    for (const text of ['ក្រុម', 'ភាសាខ្មែរ', 'កុំ']) expect(await bad.judge(text), text).toBeUndefined();
  });

  test('every subscript with every vowel below it passes in every sound font', async () => {
    const letters = Array.from({ length: 0x17a3 - 0x1780 }, (_, i) => String.fromCharCode(0x1780 + i));
    for (const name of Object.keys(REFERENCE.font_md5)) {
      const judge = new GlyphGuard(await readFontFile(fontAt(name)));
      for (const letter of letters) for (const vowel of ['\u17bb', '\u17bc', '\u17bd']) expect(await judge.judge(`ក\u17d2${letter}${vowel}`), `${letter}${vowel} in ${name}`).toBeUndefined();
    }
  });

  test('a glyph without an outline is none: of a letter and of a mark', async () => {
    for (const [at, [character, text]] of [['ខ', 'ខ្មែរ'], ['\u17b7', 'ភិច']].entries() as ArrayIterator<[number, [string, string]]>) {
      const font = await readFontFile(fontAt('KhmerOScontent.ttf'));
      const emptied = withEmptyGlyph(readFileSync(fontAt('KhmerOScontent.ttf')), font.glyphOf(character.codePointAt(0)!));
      const blank = await writeFont(withFamily(emptied, 'Khmer OS Content', `Khmer OS Conten${at}`), `blank-${at}.ttf`);
      expect([font.hasOutline(character.codePointAt(0)!), blank.hasOutline(character.codePointAt(0)!)]).toEqual([true, false]);
      expect(await new GlyphGuard(blank).judge(text)).toMatchObject({ reason: 'missing-glyph', characters: [character], message: expect.stringContaining('its glyph is empty') as string });
      // White space, and what only directs, is rightly empty.
      expect(await new GlyphGuard(blank).judge('ក \u00a0\u2002ក\u200bក')).toBeUndefined();
    }
  });

  test('what an outline that cannot be read holds is found by drawing it', async () => {
    // As of a font with CFF outlines.
    const unread: FontFacts = { ...font, hasOutline: () => undefined };
    expect(await new GlyphGuard(unread).judge('ភាសាខ្មែរ 123 ក៌ កៈ។')).toBeUndefined();
    const reference = REFERENCE.entries.filter((entry) => entry.font === 'KhmerOS.ttf').map(({ text }) => textToDraw(text));
    for (const text of reference) expect(await new GlyphGuard(unread).judge(text), text).toBeUndefined();
  });

  test('another font in the place of the wanted one is noticed', async () => {
    const wanted = await readFontFile(fontAt('KhmerOSfasthand.ttf'));
    // No such file and family: the renderer draws with whatever it has, without an error.
    const absent: FontFacts = { ...wanted, file: join(scratch, 'absent.ttf'), family: 'No Such Family' };
    expect(await new GlyphGuard(absent).judge('ក')).toMatchObject({ reason: 'substituted' });
  });

  test('another font in its place is noticed by the way its letters move the pen, where outlines cannot be read', async () => {
    const wanted = await readFontFile(fontAt('KhmerOSfasthand.ttf'));
    // As of a font with CFF outlines.
    const unread: FontFacts = { ...wanted, outlineWidth: () => undefined };
    expect(await new GlyphGuard(unread).judge('ក')).toBeUndefined();
    const absent: FontFacts = { ...unread, file: join(scratch, 'absent.otf'), family: 'No Such Family Either' };
    expect(await new GlyphGuard(absent).judge('ក')).toMatchObject({ reason: 'substituted', message: expect.stringContaining('apart from the next') as string });
  });

  test('where the guard sees a loose mark, a dotted circle is drawn; elsewhere none is', async () => {
    const marks = ['ា', 'ិ', 'ុ', 'ើ', 'េ', 'ោ', 'ំ', 'ះ', '៉', '៌', '់'];
    const texts = [...marks, ...marks.map((mark) => `ក${mark}`), ...marks.map((mark) => `១${mark}`), ...marks.map((mark) => `ក្ខ${mark}`), ...marks.flatMap((a) => marks.map((b) => `ក${a}${b}`))];
    const broken: string[] = [];
    for (const text of texts) {
      const at = findLooseMark(text);
      if (at === undefined) continue;
      broken.push(text);
      const [plain, circled] = await Promise.all([text, `${text.slice(0, at)}◌${text.slice(at)}`].map((each) => drawText(each, font, 32)));
      expect(plain, text).toEqual(circled);
    }
    expect(broken.length).toBeGreaterThan(marks.length);
    for (const text of texts.filter((each) => !broken.includes(each))) {
      const bare = await drawText(text, font, 32);
      const circled = await drawText(`${text}◌`, font, 32);
      expect(typeof bare !== 'string' && typeof circled !== 'string' && circled.width > bare.width, text).toBe(true);
    }
  });
});

async function writeFont(bytes: Uint8Array, name: string): Promise<FontFacts> {
  writeFileSync(join(scratch, name), bytes);
  return await readFontFile(join(scratch, name));
}

describe('font files', () => {
  test.each([
    ['nothing', Buffer.alloc(0), /not a font/],
    ['a text', Buffer.from('hello, font'), /not a font/],
    ['a collection', Buffer.from('ttcf\u0000\u0001\u0000\u0000', 'latin1'), /collection/],
    ['a web font', Buffer.from('wOF2aaaa', 'latin1'), /web font/],
    ['a cut list of tables', Buffer.from('00010000000f', 'hex'), /damaged/],
  ])('%s is refused in words', (_, bytes, message) => {
    expect(() => parseFont(bytes, 'x.ttf')).toThrow(message);
  });

  withFonts('of the Khmer OS family', () => {
    test('family names are whole', async () => {
      expect((await readFontFile(fontAt('KhmerOSmuollight.ttf'))).family).toBe('Khmer OS Muol Light');
      expect((await readFontFile(fontAt('KhmerOS.ttf'))).md5).toBe(createHash('md5').update(readFileSync(fontAt('KhmerOS.ttf'))).digest('hex'));
    });

    test('every assigned Khmer character and ASCII has a glyph', async () => {
      const { glyphOf } = await readFontFile(fontAt('KhmerOS.ttf'));
      for (let code = 0x21; code < 0x7f; code++) expect(glyphOf(code), code.toString(16)).toBeGreaterThan(0);
      for (let code = 0x1780; code < 0x17de; code++) expect(glyphOf(code), code.toString(16)).toBeGreaterThan(0);
      expect(glyphOf(0x1f642)).toBe(0);
      expect(glyphOf(0x5d0)).toBe(0);
    });

    test('a font cut anywhere is refused or read, and never a bug', () => {
      const bytes = readFileSync(fontAt('KhmerOS.ttf'));
      for (let length = 0; length < bytes.length; length += 997) {
        try {
          parseFont(bytes.subarray(0, length), 'cut.ttf');
        } catch (error) {
          expect(error).toMatchObject({ code: 'FONT_INVALID' });
        }
      }
    });
  });
});
