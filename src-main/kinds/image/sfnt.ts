import { LarderError } from '../../base/index.ts';

/** The tables of a font file, by their four-letter names. */
export interface Sfnt {
  readonly tables: ReadonlyMap<string, DataView>;
  /** Listed in ascending order of their names, each once, as the format asks. */
  readonly isInOrder: boolean;
}

const MAX_TABLES = 512;

/** First four bytes of what is a font, and of what only looks like one to a person. */
const SIGNATURES: Readonly<Record<string, 'font' | 'collection' | 'web'>> = {
  '00010000': 'font',
  '74727565': 'font', // "true", of Apple
  '4f54544f': 'font', // "OTTO", outlines in CFF
  '74746366': 'collection', // "ttcf"
  '774f4646': 'web', // "wOFF"
  '774f4632': 'web', // "wOF2"
};

/**
 * Splits a TrueType or OpenType file into its tables, listed in any order; of a name listed twice the
 * first counts, as it does for FreeType. Lengths are checked against the file before anything is read.
 *
 * @throws FONT_INVALID for anything else: a collection, a web font, a damaged file
 */
export function parseSfnt(bytes: Uint8Array, name: string): Sfnt {
  const signature = Buffer.from(bytes.subarray(0, 4)).toString('hex');
  const form = SIGNATURES[signature];
  if (form === 'collection') throw fontInvalid(`${name} is a collection of several fonts (TTC).`, 'Take the one font you need out of it, for example with fonttools, and use that file.');
  if (form === 'web') throw fontInvalid(`${name} is a web font (WOFF).`, 'Use the TrueType or OpenType file (.ttf, .otf) of the same font.');
  if (form === undefined) throw fontInvalid(`${name} is not a font: it begins with ${signature || 'nothing'}.`, 'Use a TrueType or OpenType file (.ttf, .otf).');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = bytes.length < 12 ? 0 : view.getUint16(4);
  if (count === 0 || count > MAX_TABLES || 12 + 16 * count > bytes.length) throw fontDamaged(name, 'its list of tables is cut off');
  const tables = new Map<string, DataView>();
  let isInOrder = true;
  let before = '';
  for (let at = 12; at < 12 + 16 * count; at += 16) {
    const tag = Buffer.from(bytes.subarray(at, at + 4)).toString('latin1');
    const [offset, length] = [view.getUint32(at + 8), view.getUint32(at + 12)];
    if (offset + length > bytes.length) throw fontDamaged(name, `its table ${tag} lies beyond the end of the file`);
    isInOrder &&= tag > before;
    before = tag;
    if (!tables.has(tag)) tables.set(tag, new DataView(bytes.buffer, bytes.byteOffset + offset, length));
  }
  return { tables, isInOrder };
}

/** A copy of a font that `parseSfnt` reads, with its tables listed in order, each once; they stay where they are. */
export function inOrder(font: Uint8Array): Buffer {
  const copy = Buffer.from(font);
  const records = new Map<string, Buffer>();
  for (let at = 12; at < 12 + 16 * copy.readUInt16BE(4); at += 16) {
    const tag = copy.toString('latin1', at, at + 4);
    if (!records.has(tag)) records.set(tag, Buffer.from(copy.subarray(at, at + 16)));
  }
  const tags = Array.from(records.keys()).sort();
  copy.writeUInt16BE(tags.length, 4);
  for (const [i, tag] of tags.entries()) records.get(tag)!.copy(copy, 12 + 16 * i);
  return copy;
}

export function fontDamaged(name: string, what: string): LarderError {
  return fontInvalid(`${name} is damaged: ${what}.`, 'Copy the font again from where it came from.');
}

function fontInvalid(message: string, hint: string): LarderError {
  return new LarderError('FONT_INVALID', message, { hint });
}
