import type { Finding } from '../../contract/findings.ts';
import { FINDINGS } from '../../contract/findings.ts';
import { KeySet } from '../../base/index.ts';
import { imageFile } from './paths.ts';
import { textToDraw } from './text-to-draw.ts';

/** Finds pictures that several keys have. */
export class DuplicateSearch {
  readonly #pictures = new KeySet();
  /** By the place of the picture. */
  readonly #first = new KeySet();
  /** All keys of pictures that were met twice, by the place of the picture. */
  readonly #groups = new Map<number, string[]>();

  /** @param key one that was not there before */
  add(pixelsMd5: string, key: string): void {
    const known = this.#pictures.size;
    const picture = this.#pictures.add(pixelsMd5);
    if (picture === known) this.#first.add(key);
    else if (this.#groups.get(picture)?.push(key) === undefined) this.#groups.set(picture, [this.#first.at(picture), key]);
  }

  /** Keys of each picture that has several, in the order in which they were met. */
  get groups(): Iterable<readonly string[]> {
    return this.#groups.values();
  }
}

/** What is wrong with keys that have the same picture: nothing, if their texts are drawn alike. */
export function* judgeAlike(keys: readonly string[], textOf: (key: string) => string | undefined): Generator<Finding> {
  const seen = keys.flatMap((key) => {
    const text = textOf(key);
    return text === undefined ? [] : [{ key, text, drawn: textToDraw(text).replaceAll('\u200B', '') }];
  });
  // Any of the first text for those of another, any of another for those of the first.
  const [first] = seen;
  const second = seen.find(({ drawn }) => drawn !== first?.drawn);
  if (first === undefined || second === undefined) return;
  for (const { key, text, drawn } of seen.toSorted((a, b) => (a.key < b.key ? -1 : 1))) {
    const other = drawn === first.drawn ? second : first;
    yield { code: 'image-duplicate', severity: FINDINGS['image-duplicate'].severity, key, name: text, file: imageFile(key), message: `${imageFile(key)} has the pixels of ${other.key}, whose text is another.`, details: { other: other.key } };
  }
}
