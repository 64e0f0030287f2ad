import { throwIfAborted } from '../../base/index.ts';
import type { ImageIdentity } from './cache-json.ts';
import { baseName, imageKey } from './cache-json.ts';
import { indexEntryOf } from './index-entries.ts';
import type { KeyEvidence } from './judge.ts';
import { isProven } from './metadata-read.ts';

/** Where the parts of a lost identity may be found. */
export interface IdentitySources {
  readonly fonts: ReadonlySet<string>;
  readonly heights: ReadonlySet<number>;
  known(key: string): { readonly name: string | null; readonly variant: string | null; readonly shape: readonly number[] | null } | undefined;
}

/**
 * Text, font path and height of a key. A candidate is right if it hashes to the key; there is no
 * other proof. In this order: the metadata as they are, the catalog, the text of the index, what
 * metadata still say.
 *
 * @returns undefined where none of them does; then `searchCorpus` may
 */
export function identify(evidence: KeyEvidence, sources: IdentitySources): ImageIdentity | undefined {
  const { key, metadata, index, image } = evidence;
  if (metadata?.value !== undefined && isProven(metadata.value, key)) return metadata.value;
  const heights = unique([image?.height, metadata?.value?.height, ...sources.heights]);
  const row = sources.known(key);
  const listed = typeof index === 'object' ? indexEntryOf(index.value) : undefined;
  const parts = metadata?.value ?? (metadata?.problem === undefined ? undefined : metadata.parts);
  const attempts: readonly (readonly [text: string | null | undefined, font: string | null | undefined, height?: number])[] = [
    [row?.name, row?.variant, row?.shape?.[0]],
    [listed?.text, listed?.font],
    [parts?.text, parts?.fontPath, parts?.height],
    [listed?.text, parts?.fontPath],
    [parts?.text, listed?.font],
  ];
  for (const [text, font, height] of attempts) {
    if (text == null) continue;
    const found = match(key, text, fontsLike(font, sources.fonts), unique([height, ...heights]));
    if (found !== undefined) return found;
  }
  return undefined;
}

function match(key: string, text: string, fonts: readonly string[], heights: readonly number[]): ImageIdentity | undefined {
  for (const fontPath of fonts) for (const height of heights) if (imageKey({ text, fontPath, height }) === key) return { text, fontPath, height };
  return undefined;
}

function unique(values: readonly (number | null | undefined)[]): number[] {
  return Array.from(new Set(values.filter((value) => value != null)));
}

/** Known font paths, those with the same file name first. */
function fontsLike(font: string | null | undefined, fonts: ReadonlySet<string>): readonly string[] {
  if (font == null) return Array.from(fonts);
  const alike = Array.from(fonts).sort((a, b) => Number(baseName(b) === baseName(font)) - Number(baseName(a) === baseName(font)));
  return fonts.has(font) ? [font, ...alike] : [...alike, font];
}

/** Looks up to the signal after so many hashes, some 10 ms. */
const HASHES_AT_ONCE = 10_000;

/** Tries every line with every font and height; about a million hashes a second. */
export function searchCorpus(keys: ReadonlySet<string>, lines: Iterable<string>, fonts: Iterable<string>, heights: Iterable<number>, signal: AbortSignal): Map<string, ImageIdentity> {
  const found = new Map<string, ImageIdentity>();
  const pairs = Array.from(fonts, (fontPath) => Array.from(heights, (height) => ({ fontPath, height }))).flat();
  let hashes = 0;
  for (const text of lines) {
    for (const pair of pairs) {
      if (++hashes % HASHES_AT_ONCE === 0) throwIfAborted(signal);
      const identity = { text, ...pair };
      const key = imageKey(identity);
      if (keys.has(key)) found.set(key, identity);
    }
    if (found.size === keys.size) break;
  }
  return found;
}
