import type { Material } from '../../contract/dropped.ts';
import { IMAGES, INDEX_FILE } from './paths.ts';

/** `train.txt`, `train_0.txt`, `val.txt`, `test.txt`, as the corpus rules read them (docs/formats/image-cache.md). */
const CORPUS_FILE = /^(train(_.*)?|val|test)\.txt$/;
const FONT_FILE = /\.(ttf|otf)$/i;

/** What a folder with files of these names is for an image cache. A cache is a cache, whatever else lies in it. */
export function materialOf(names: readonly string[]): Material | undefined {
  if (names.includes(IMAGES) || names.includes(INDEX_FILE)) return undefined;
  if (names.some((name) => CORPUS_FILE.test(name))) return 'corpus';
  return names.some((name) => FONT_FILE.test(name)) ? 'fonts' : undefined;
}
