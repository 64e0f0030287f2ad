import { KeySet, md5Hex } from '../../base/index.ts';
import type { ImageMetadata } from './cache-json.ts';
import { imageFile, metadataFile } from './paths.ts';

/** The texts of an index entry; undefined for one that is no object or lacks them. */
export interface IndexEntry {
  readonly text: string;
  readonly font: string;
  readonly imagePath: string;
  readonly metadataPath: string;
}

export function indexEntryOf(value: unknown): IndexEntry | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const { text, font, image_path: imagePath, metadata_path: metadataPath } = value as Record<string, unknown>;
  if (typeof text !== 'string' || typeof font !== 'string' || typeof imagePath !== 'string' || typeof metadataPath !== 'string') return undefined;
  return { text, font, imagePath, metadataPath };
}

/** An entry of the slim form: a key and nothing else. */
export function isSlimValue(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length === 0;
}

/** True if both paths of an entry lead to the files of its key, from the same place. */
export function hasOwnPaths({ imagePath, metadataPath }: IndexEntry, key: string): boolean {
  const place = placeOf(imagePath, imageFile(key));
  return place !== undefined && place === placeOf(metadataPath, metadataFile(key));
}

/**
 * What a path in the index has before the file's place in the cache. It may be anything, but is the
 * same for both files of an entry; separators of Windows are accepted.
 *
 * @returns undefined if it is not the path of this file
 */
function placeOf(path: string, file: string): string | undefined {
  const plain = path.replaceAll('\\', '/');
  return plain === file || plain.endsWith(`/${file}`) ? plain.slice(0, -file.length) : undefined;
}

const KEY = /^[0-9a-f]{32}$/;
/** Instead of a font: an entry of the slim form, and one that is not as it should be. */
const SLIM = -1;
const ODD = -2;
/** Hex digits of a text's digest that are kept, 48 bits: as many as a number has room for. */
const DIGEST_DIGITS = 12;

/**
 * The keys of an index, and of each entry so little that a million fit in 60 MB: its font, and a digest of its text, by
 * which the text is known again where the metadata have it. A wrong text with the same digest comes once in 10^14.
 */
export class IndexEntries {
  readonly keys = new KeySet();
  /** Texts in the place of a key that are none. */
  readonly badKeys = new Set<string>();
  readonly duplicates = new Set<string>();
  /** By the place of the key: of the list of fonts, or SLIM or ODD. */
  readonly #fontOf: number[] = [];
  readonly #textDigests: number[] = [];
  readonly #fonts: string[] = [];
  readonly #fontNumbers = new Map<string, number>();

  get size(): number {
    return this.keys.size + this.badKeys.size;
  }

  /** Of a key that comes twice the last one counts, as with every parser. */
  add(key: string, value: unknown): void {
    if (!KEY.test(key)) {
      if (this.badKeys.has(key)) this.duplicates.add(key);
      this.badKeys.add(key);
      return;
    }
    const place = this.keys.add(key);
    if (place < this.#fontOf.length) this.duplicates.add(key);
    const entry = indexEntryOf(value);
    const isOrdinary = entry !== undefined && hasOwnPaths(entry, key);
    this.#fontOf[place] = isOrdinary ? this.#numberOf(entry.font) : isSlimValue(value) ? SLIM : ODD;
    this.#textDigests[place] = isOrdinary ? digestOf(entry.text) : 0;
  }

  /**
   * The entry of a key as far as a check can tell it from the one in the file.
   *
   * @param truth metadata that prove themselves, if the key has such
   * @returns `none`: the index does not have it; undefined: only the file knows it
   */
  recall(key: string, truth: ImageMetadata | undefined): 'none' | { readonly value: unknown } | undefined {
    const place = this.keys.placeOf(key);
    if (place < 0) return 'none';
    const font = this.#fontOf[place]!;
    if (font === SLIM) return { value: {} };
    if (font === ODD || truth === undefined || digestOf(truth.text) !== this.#textDigests[place]) return undefined;
    return { value: { text: truth.text, font: this.#fonts[font], image_path: imageFile(key), metadata_path: metadataFile(key) } };
  }

  #numberOf(font: string): number {
    const known = this.#fontNumbers.get(font);
    if (known !== undefined) return known;
    this.#fontNumbers.set(font, this.#fonts.length);
    return this.#fonts.push(font) - 1;
  }
}

function digestOf(text: string): number {
  return Number.parseInt(md5Hex(text).slice(0, DIGEST_DIGITS), 16);
}
