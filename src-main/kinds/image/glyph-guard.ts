import type { SkipReason } from './contract.ts';
import type { FontFacts } from './font-file.ts';
import { findLooseMark } from './khmer-syllables.ts';
import { drawText } from './render.ts';

/** Why a text is not drawn in a font. */
export interface GuardVerdict {
  readonly reason: SkipReason;
  /** Names the font and the characters, not the whole text. */
  readonly message: string;
  /** What the reason is about: characters the font lacks, a subscript it does not form. */
  readonly characters: readonly string[];
}

/** Direct breaking and shaping; nothing is drawn for them. */
const JOINERS = new Set(['\u200b', '\u200c', '\u200d']);
const PROBE_SIZE = 64;
/** Antialiasing adds up to a pixel on each side. */
const INK_TOLERANCE = { pixels: 2, share: 0.03 } as const;
/** Each advance is rounded to a pixel. */
const ADVANCE_TOLERANCE = { pixels: 1, share: 0.005 } as const;
/** Letters after the first one: what a rounding of the outline adds is shared by all of them. */
const PROBE_STEPS = 8;
const PROBES = ['ក', 'H', 'n', '0', '一', 'ا'];

/** Judges texts before they are drawn in one font; what it has found out about the font it remembers. */
export class GlyphGuard {
  private readonly font: FontFacts;
  private readonly subscripts = new Map<string, boolean>();
  private substitution: GuardVerdict | undefined | 'unknown' = 'unknown';

  constructor(font: FontFacts) {
    this.font = font;
  }

  /**
   * @param text as `textToDraw` gives it
   * @returns undefined if the font draws this text as it is written
   */
  async judge(text: string): Promise<GuardVerdict | undefined> {
    if (this.substitution === 'unknown') this.substitution = await this.judgeFont();
    return this.substitution ?? this.judgeGlyphs(text) ?? this.judgeOrder(text) ?? (await this.judgeSubscripts(text));
  }

  /** Draws letters and measures them: another font in its place has other outlines, or moves the pen otherwise. */
  private async judgeFont(): Promise<GuardVerdict | undefined> {
    for (const probe of PROBES) {
      const width = this.font.outlineWidth(probe.codePointAt(0)!);
      if (width !== undefined) return this.compare(probe, width * PROBE_SIZE, await this.inkWidth(probe), INK_TOLERANCE, 'wide');
    }
    // Outlines of another format (CFF) are not read; how far their letters move the pen stands in a table of its own.
    for (const probe of PROBES) {
      const advance = this.font.advance(probe.codePointAt(0)!);
      if (advance === undefined || advance === 0) continue;
      const moved = ((await this.inkWidth(probe.repeat(1 + PROBE_STEPS))) - (await this.inkWidth(probe))) / PROBE_STEPS;
      const verdict = this.compare(probe, advance * PROBE_SIZE, moved, ADVANCE_TOLERANCE, 'apart from the next');
      if (verdict !== undefined) return verdict;
    }
    return undefined;
  }

  private async inkWidth(text: string): Promise<number> {
    const ink = await drawText(text, this.font, PROBE_SIZE);
    return typeof ink === 'string' ? 0 : ink.width;
  }

  private compare(probe: string, expected: number, found: number, tolerance: { readonly pixels: number; readonly share: number }, how: string): GuardVerdict | undefined {
    if (Math.abs(found - expected) <= tolerance.pixels + tolerance.share * expected) return undefined;
    return { reason: 'substituted', characters: [probe], message: `${this.font.file} is not what is drawn: ${probe} is ${Number(found.toFixed(1))} pixels ${how} instead of ${expected.toFixed(1)}. Another font stands in for "${this.font.family}".` };
  }

  private judgeGlyphs(text: string): GuardVerdict | undefined {
    const missing = [...new Set(text)].filter((character) => !JOINERS.has(character) && this.font.glyphOf(character.codePointAt(0)!) === 0);
    if (missing.length === 0) return undefined;
    return { reason: 'missing-glyph', characters: missing, message: `${this.font.family} has no glyph for ${listed(missing)}.` };
  }

  private judgeOrder(text: string): GuardVerdict | undefined {
    const at = findLooseMark(text);
    if (at === undefined) return undefined;
    return { reason: 'wrong-shaping', characters: [text[at]!], message: `The mark ${codePoint(text[at]!)} at character ${at + 1} stands on no letter; ${this.font.family} would be drawn with a dotted circle under it.` };
  }

  private async judgeSubscripts(text: string): Promise<GuardVerdict | undefined> {
    const letters = new Set(Array.from(text.matchAll(/\u17d2([\u1780-\u17b3])/g), ([, letter]) => letter!));
    const unformed: string[] = [];
    for (const letter of letters) {
      const forms = this.subscripts.get(letter) ?? (await this.formsSubscript(letter));
      this.subscripts.set(letter, forms);
      if (!forms) unformed.push(`\u17d2${letter}`);
    }
    if (unformed.length === 0) return undefined;
    return { reason: 'wrong-shaping', characters: unformed, message: `${this.font.family} does not form the subscript of ${unformed.map(([, letter]) => letter).join(', ')}.` };
  }

  /** A joiner between coeng and letter keeps them apart in every font: a formed subscript looks different. */
  private async formsSubscript(letter: string): Promise<boolean> {
    const [formed, apart] = [await drawText(`ក\u17d2${letter}`, this.font, PROBE_SIZE), await drawText(`ក\u17d2\u200d${letter}`, this.font, PROBE_SIZE)];
    if (typeof formed === 'string' || typeof apart === 'string') return false;
    return formed.width !== apart.width || Buffer.compare(formed.coverage, apart.coverage) !== 0;
  }
}

/** At most this many characters are spelt out. */
const MAX_LISTED = 5;

function listed(characters: readonly string[]): string {
  const shown = characters.slice(0, MAX_LISTED).map((character) => `${codePoint(character)} (${character})`);
  return characters.length > MAX_LISTED ? `${shown.join(', ')} and ${characters.length - MAX_LISTED} more` : shown.join(', ');
}

function codePoint(character: string): string {
  return `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`;
}
