import type { Finding } from '../../contract/findings.ts';
import { FINDINGS } from '../../contract/findings.ts';
import { imageFile } from './paths.ts';
import { textToDraw } from './text-to-draw.ts';

interface Seen {
  readonly key: string;
  readonly text: string;
}

/** Finds the same picture under texts that would not be drawn alike. */
export class DuplicateSearch {
  /** The first key of each picture; all of them once there is a second. */
  readonly #byPixels = new Map<string, Seen[]>();

  add(pixelsMd5: string, key: string, text: string): void {
    const seen = this.#byPixels.get(pixelsMd5);
    if (seen === undefined) this.#byPixels.set(pixelsMd5, [{ key, text }]);
    else seen.push({ key, text });
  }

  *findings(): Generator<Finding> {
    for (const seen of this.#byPixels.values()) {
      if (seen.length < 2) continue;
      const drawn = new Map(seen.map(({ key, text }) => [key, textToDraw(text).replaceAll('\u200B', '')]));
      if (new Set(drawn.values()).size < 2) continue;
      for (const { key, text } of seen.toSorted((a, b) => (a.key < b.key ? -1 : 1))) {
        const other = seen.find((candidate) => drawn.get(candidate.key) !== drawn.get(key))!;
        yield { code: 'image-duplicate', severity: FINDINGS['image-duplicate'].severity, key, name: text, file: imageFile(key), message: `${imageFile(key)} has the pixels of ${other.key}, whose text is another.`, details: { other: other.key } };
      }
    }
  }
}
