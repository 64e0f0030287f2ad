import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { BlockedReason } from '../../contract/plan.ts';
import { errnoOf, fileError, isLarderError } from '../../base/index.ts';
import { familyKey } from './font-family.ts';
import type { FontFacts } from './font-file.ts';
import { readFontFile } from './font-file.ts';
import { findLooseMark } from './khmer-syllables.ts';
import { refusalBasis } from './maker.ts';
import { prepareRenderEnvironment } from './render-environment.ts';

/** The fonts of the training project, in its order; those that are in the folder are used. */
export const DEFAULT_FONTS = ['KhmerOS', 'KhmerOSsiemreap', 'KhmerOSbattambang', 'KhmerOSbokor', 'KhmerOSmuol', 'KhmerOSmuollight', 'KhmerOSmetalchrieng', 'KhmerOSfasthand'].map((name) => `${name}.ttf`);

export interface Refusal {
  readonly reason: BlockedReason;
  readonly message: string;
}

/** A font file, and what it is called in keys. */
export interface UsableFont {
  readonly keyPath: string;
  readonly file: string;
  readonly family: string;
  /** @see KindItem.basis */
  readonly basis: string;
  /** Why a text is not drawn in it, as far as that is known without drawing. @param drawn as `textToDraw` gives it */
  refusal(drawn: string, height: number): Refusal | undefined;
}

export interface FontSet {
  readonly usable: readonly UsableFont[];
  /** Fonts that cannot be used, one sentence each. */
  readonly problems: readonly string[];
  /** Font files that nobody asks for, because fonts of the training project lie beside them. */
  readonly leftOut: readonly string[];
}

/**
 * The fonts of a folder: those of the training project that are there, otherwise every TrueType and
 * OpenType file. Two files of one family cannot be told apart by the renderer: the second is left out.
 *
 * @param prefix what stands before the file name in keys
 * @throws FILE_NOT_FOUND, PERMISSION_DENIED if the folder cannot be read
 */
export async function readFontSet(directory: string, prefix: string): Promise<FontSet> {
  const names = await fontNames(directory);
  const usable: UsableFont[] = [];
  const problems: string[] = [];
  for (const name of names) {
    const font = await readUsableFont(join(directory, name), `${prefix}${name}`);
    const twin = typeof font === 'string' ? undefined : usable.find(({ family }) => familyKey(family) === familyKey(font.family));
    if (typeof font === 'string') problems.push(font);
    else if (twin !== undefined) problems.push(`${name} is left out: it calls itself "${font.family}" like ${twin.keyPath}, and only one of them can be drawn.`);
    else usable.push(font);
  }
  const wanted = new Set(names);
  return { usable, problems, leftOut: (await fontFiles(directory)).filter((name) => !wanted.has(name)) };
}

/** @throws FILE_NOT_FOUND, PERMISSION_DENIED */
export async function fontNames(directory: string): Promise<readonly string[]> {
  const names = await fontFiles(directory);
  const known = DEFAULT_FONTS.filter((name) => names.includes(name));
  return known.length > 0 ? known : names;
}

async function fontFiles(directory: string): Promise<readonly string[]> {
  try {
    return (await readdir(directory)).filter((name) => /\.(?:ttf|otf|ttc|otc)$/i.test(name)).sort();
  } catch (error) {
    throw fileError(error, directory, 'reading the folder of the fonts');
  }
}

/** @returns a sentence where the file is no font that can be drawn */
export async function readUsableFont(file: string, keyPath: string): Promise<UsableFont | string> {
  try {
    const facts = await readFontFile(file);
    // A key names the file alone: which weight and width training draws it in, nobody could tell.
    if (facts.isVariable) return `${file} is a variable font: it holds many fonts, and a key cannot say which one is meant. Make a static font of it, for example with fonttools varLib.instancer.`;
    return { keyPath, file, family: facts.family, basis: refusalBasis(facts.md5), refusal: (drawn) => refusalOf(facts, drawn) };
  } catch (error) {
    if (!isLarderError(error) && errnoOf(error) === undefined) throw error;
    return (error as Error).message;
  }
}

/** Characters that direct breaking and shaping and have no picture. */
const JOINERS = new Set(['\u200b', '\u200c', '\u200d']);
const SUBSCRIPT = /\u17d2([\u1780-\u17b3])/;
/** A character is about one pixel wide or more, and a surface has at most 32,767. */
const MAX_CHARACTERS = 32_767;

function refusalOf(font: FontFacts, drawn: string): Refusal | undefined {
  if (drawn.length > MAX_CHARACTERS) return { reason: 'too-long', message: `A line of ${drawn.length} characters is wider than a picture can be.` };
  const missing = new Set<string>();
  for (const character of drawn) if (font.glyphOf(character.codePointAt(0)!) === 0 && !JOINERS.has(character)) missing.add(character);
  if (missing.size > 0) {
    const named = Array.from(missing).slice(0, 5).map((character) => `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`);
    return { reason: 'missing-glyph', message: `${font.family} has no glyph for ${named.join(', ')}${missing.size > 5 ? ` and ${missing.size - 5} more` : ''}, in "${drawn.slice(0, 40)}".` };
  }
  const subscript = font.hasShaping ? undefined : SUBSCRIPT.exec(drawn)?.[1];
  if (subscript !== undefined) return { reason: 'wrong-shaping', message: `${font.family} has no rules of substitution (GSUB) and does not form the subscript of ${subscript}, in "${drawn.slice(0, 40)}".` };
  const loose = findLooseMark(drawn);
  return loose === undefined ? undefined : { reason: 'wrong-shaping', message: `A mark stands on no letter at character ${loose + 1} of "${drawn.slice(0, 40)}": a dotted circle would be drawn.` };
}

/** Variables of a rendering worker; its font settings are kept in the data folder. */
export async function rendererEnvironment(dataDirectory: string): Promise<Readonly<Record<string, string>>> {
  return await prepareRenderEnvironment(join(dataDirectory, 'fontconfig'));
}
