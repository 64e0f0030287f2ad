import type { SkipReason } from './contract.ts';
import type { FontFacts } from './font-file.ts';
import type { Ink } from './ink.ts';
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
/** Right where nothing is drawn: white space, what only directs (U+17B4 and U+17B5 too), the empty Braille pattern. The coeng is part of what it joins. */
const INKLESS = /[\p{White_Space}\p{Default_Ignorable_Code_Point}\p{Cc}\u2800\u17d2]/u;
/** A subscript with a vowel below it; that of RO stands beside its letter and leaves the place free. */
const STACKED_BELOW = /\u17d2([\u1780-\u1799\u179b-\u17b3])(?:\u17d2\u179a)?[\u17c9\u17ca]?([\u17bb-\u17bd])/g;
/** A vowel above a letter with a sign above it. */
const STACKED_ABOVE = /([\u17b7-\u17ba\u17be])[\u17bb-\u17bd]?([\u17c6\u17cd\u17d0])/g;
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
  private readonly drawn = new Map<string, Promise<Ink | undefined>>();
  private readonly subscripts = new Map<string, boolean>();
  private readonly stacks = new Map<string, boolean>();
  private readonly blanks = new Map<string, boolean>();
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
    return this.substitution ?? this.judgeGlyphs(text) ?? this.judgeOrder(text) ?? (await this.judgeBlanks(text)) ?? (await this.judgeSubscripts(text)) ?? (await this.judgeStacks(text));
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
    return (await this.ink(text))?.width ?? 0;
  }

  /** Probes share their parts: each is drawn once in a worker's life. */
  private ink(text: string): Promise<Ink | undefined> {
    const known = this.drawn.get(text) ?? drawText(text, this.font, PROBE_SIZE).then((ink) => (typeof ink === 'string' ? undefined : ink));
    this.drawn.set(text, known);
    return known;
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
    const [formed, apart] = [await this.ink(`ក\u17d2${letter}`), await this.ink(`ក\u17d2\u200d${letter}`)];
    return formed !== undefined && apart !== undefined && !isSame(formed, apart);
  }

  /** A font can have a glyph for a character, and nothing in it. */
  private async judgeBlanks(text: string): Promise<GuardVerdict | undefined> {
    const empty: string[] = [];
    for (const character of new Set(text)) if (!INKLESS.test(character) && (await this.isBlank(character))) empty.push(character);
    if (empty.length === 0) return undefined;
    return { reason: 'missing-glyph', characters: empty, message: `${this.font.family} draws nothing for ${listed(empty)}: its glyph is empty.` };
  }

  /** An empty outline may still be replaced by a rule of the font, so it is drawn; a mark on a letter, which alone would get a dotted circle. */
  private async isBlank(character: string): Promise<boolean> {
    const known = this.blanks.get(character);
    if (known !== undefined) return known;
    const isBlank = this.font.hasOutline(character.codePointAt(0)!) !== true && (await this.leavesNoInk(character));
    this.blanks.set(character, isBlank);
    return isBlank;
  }

  private async leavesNoInk(character: string): Promise<boolean> {
    if (!/\p{Mark}/u.test(character)) return (await this.ink(character)) === undefined;
    const base = /[\u1780-\u17ff]/.test(character) || this.font.glyphOf(LATIN_BASE.codePointAt(0)!) === 0 ? 'ក' : LATIN_BASE;
    const [bare, marked] = [await this.ink(base), await this.ink(`${base}${character}`)];
    return bare !== undefined && marked !== undefined && isSame(bare, marked);
  }

  /**
   * Two marks on one side of a letter must not lie on each other. Below, where no sound font leaves them
   * on one another, that is asked of every font; above, some are drawn within each other on purpose, and it
   * is asked of those alone that cannot move a mark.
   */
  private async judgeStacks(text: string): Promise<GuardVerdict | undefined> {
    const below = Array.from(text.matchAll(STACKED_BELOW), ([, letter, vowel]) => [`\u17d2${letter}`, vowel!] as const);
    const above = this.font.hasPositioning ? [] : Array.from(text.matchAll(STACKED_ABOVE), ([, vowel, sign]) => [vowel!, sign!] as const);
    for (const [first, second] of [...below, ...above]) {
      const stack = `${first}${second}`;
      const isApart = this.stacks.get(stack) ?? (await this.areApart(first, second));
      this.stacks.set(stack, isApart);
      if (!isApart) return { reason: 'wrong-shaping', characters: [stack], message: `${this.font.family} draws ${codePoint(second)} (${second}) onto ${first.length === 2 ? `the subscript of ${first[1]}` : `${codePoint(first)} (${first})`} instead of beside it.` };
    }
    return undefined;
  }

  /** A mark that makes way for another makes the picture taller or wider than each of them does. */
  private async areApart(first: string, second: string): Promise<boolean> {
    const [one, other, both] = [await this.ink(`ក${first}`), await this.ink(`ក${second}`), await this.ink(`ក${first}${second}`)];
    if (one === undefined || other === undefined || both === undefined) return false;
    return both.height > Math.max(one.height, other.height) || both.width > Math.max(one.width, other.width);
  }
}

const LATIN_BASE = 'o';

function isSame(one: Ink, other: Ink): boolean {
  return one.width === other.width && Buffer.compare(one.coverage, other.coverage) === 0;
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
