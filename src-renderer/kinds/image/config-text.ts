import type { ImageSplit } from '../../../src-main/kinds/image/contract.ts';
import { DEFAULT_HEIGHT, HEIGHT_LIMITS, IMAGE_SPLITS } from '../../../src-main/kinds/image/contract.ts';

/** What the form asks; texts as they were typed. */
export interface ImageChoices {
  readonly corpusDir: string;
  readonly fontsDir: string;
  readonly cacheDir: string;
  readonly fontPrefix: string;
  /** Pixels. */
  readonly height: number;
  /** A number, or `all`. */
  readonly fontsPerLine: string;
  /** In the order of `IMAGE_SPLITS`. */
  readonly splits: readonly ImageSplit[];
  /** Of each split; empty for all. */
  readonly maxLines: string;
  readonly index: 'full' | 'slim';
}

/** Where the training project has its things. */
export const STANDARD: ImageChoices = { corpusDir: 'data/processed', fontsDir: 'fonts', cacheDir: 'data/synthetic', fontPrefix: 'fonts/', height: DEFAULT_HEIGHT, fontsPerLine: 'all', splits: IMAGE_SPLITS, maxLines: '', index: 'full' };

/** Nine digits. */
export const LINES_MOST = 999_999_999;

/** What is wrong with the number of lines that was typed, or null. */
export function linesProblem(maxLines: string): string | null {
  return /^\d{0,9}$/.test(maxLines.trim()) ? null : 'A whole number; 0 for all.';
}

/** What was typed as a number of lines; 0, which is all, for what is none. */
export function linesOf(maxLines: string): number {
  return linesProblem(maxLines) === null ? Number(maxLines) : 0;
}

/** The config these choices are; JSON strings are YAML strings. */
export function configText({ corpusDir, fontsDir, cacheDir, fontPrefix, height, fontsPerLine, splits, maxLines, index }: ImageChoices): string {
  const clamped = Math.min(HEIGHT_LIMITS.max, Math.max(HEIGHT_LIMITS.min, Math.round(height)));
  const perLine = /^[1-9]\d{0,2}$/.test(fontsPerLine.trim()) ? fontsPerLine.trim() : 'all';
  const lines = linesOf(maxLines);
  return [
    'kind: image',
    `corpus_dir: ${JSON.stringify(corpusDir.trim())}`,
    `fonts_dir: ${JSON.stringify(fontsDir.trim())}`,
    `cache_dir: ${JSON.stringify(cacheDir.trim())}`,
    `font_prefix: ${JSON.stringify(fontPrefix)}`,
    `fonts_per_line: ${perLine}`,
    `height: ${clamped}`,
    ...(splits.length === IMAGE_SPLITS.length ? [] : [`splits: [${splits.join(', ')}]`]),
    ...(lines === 0 ? [] : [`max_lines: ${lines}`]),
    ...(index === STANDARD.index ? [] : [`index: ${index}`]),
    '',
  ].join('\n');
}
