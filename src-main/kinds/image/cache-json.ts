import { md5Hex } from '../../base/index.ts';
import { pythonFloatText } from '../../formats/json/index.ts';
import type { IndexForm } from '../index-form.ts';

/** What decides a picture: the stripped line, the font's path as training writes it, the height in pixels. */
export interface ImageIdentity {
  readonly text: string;
  readonly fontPath: string;
  readonly height: number;
}

/** Name of a picture in the cache; 32 lower-case hex digits. */
export function imageKey({ text, fontPath, height }: ImageIdentity): string {
  return md5Hex(`${text}|${fontPath}|${height}`);
}

export interface ImageMetadata extends ImageIdentity {
  readonly width: number;
  readonly key: string;
  /** As `createdAtText` gives it. */
  readonly createdAt: string;
}

/**
 * Text of `metadata/<key>.json`, byte for byte what Python's `json.dump(…, ensure_ascii=False, indent=2)`
 * writes (no newline at the end). Texts from UTF-8 files have no lone surrogates, the one case in
 * which the two differ.
 */
export function metadataText(entry: ImageMetadata): string {
  const { text, fontPath, height, width, key, createdAt } = entry;
  return JSON.stringify({ text, font_path: fontPath, image_height: height, image_width: width, cache_key: key, created_at: createdAt }, null, 2);
}

/**
 * A file's modification time as Python's `str(os.path.getmtime(path))`.
 *
 * @param mtimeNs of `stat(path, { bigint: true })`; milliseconds are too coarse
 */
export function createdAtText(mtimeNs: bigint): string {
  const billion = 1_000_000_000n;
  // CPython floors the seconds, so the rest is never negative.
  const rest = ((mtimeNs % billion) + billion) % billion;
  const seconds = (mtimeNs - rest) / billion;
  return pythonFloatText(Number(seconds) + 1e-9 * Number(rest));
}

export interface IndexOptions {
  /** What the paths in the index begin with: the cache folder as training names it. */
  readonly prefix?: string;
  /** Only keys, with an empty object each: all the training code looks at, in a tenth of the memory. */
  readonly slim?: boolean;
}

export const DEFAULT_INDEX_PREFIX = 'data/synthetic';

/** Last part of a font path as Python on Linux and macOS sees it. */
export function fontName(fontPath: string): string {
  return fontPath.slice(fontPath.lastIndexOf('/') + 1);
}

/** Last part of a path of any system. */
export function baseName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
}

/** As it stands inside a JSON text. */
function inQuotes(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

/** How `cache_index.json` is put together; the text is what Python's `json.dump(…, ensure_ascii=False, indent=2)` writes. */
export function indexForm({ prefix = DEFAULT_INDEX_PREFIX, slim }: IndexOptions = {}): IndexForm {
  const key = { value: 'key' } as const;
  const folder = inQuotes(prefix);
  const full = ['"', key, '": {\n    "text": ', { value: 'name' }, ',\n    "font": ', { value: 'variant' }, `,\n    "image_path": "${folder}/images/`, key, `.png",\n    "metadata_path": "${folder}/metadata/`, key, '.json"\n  }'] as const;
  return { begin: '{\n  ', entry: slim === true ? ['"', key, '": {}'] : full, between: ',\n  ', end: '\n}', empty: '{}', variantText: (fontPath) => JSON.stringify(fontName(fontPath)) };
}
