import { DEFAULT_HEIGHT, HEIGHT_LIMITS } from '../../../src-main/kinds/image/contract.ts';

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
}

/** Where the training project has its things. */
export const STANDARD: ImageChoices = { corpusDir: 'data/processed', fontsDir: 'fonts', cacheDir: 'data/synthetic', fontPrefix: 'fonts/', height: DEFAULT_HEIGHT, fontsPerLine: 'all' };

/** The config these choices are; JSON strings are YAML strings. */
export function configText({ corpusDir, fontsDir, cacheDir, fontPrefix, height, fontsPerLine }: ImageChoices): string {
  const clamped = Math.min(HEIGHT_LIMITS.max, Math.max(HEIGHT_LIMITS.min, Math.round(height)));
  const perLine = /^[1-9]\d{0,2}$/.test(fontsPerLine.trim()) ? fontsPerLine.trim() : 'all';
  return [
    'kind: image',
    `corpus_dir: ${JSON.stringify(corpusDir.trim())}`,
    `fonts_dir: ${JSON.stringify(fontsDir.trim())}`,
    `cache_dir: ${JSON.stringify(cacheDir.trim())}`,
    `font_prefix: ${JSON.stringify(fontPrefix)}`,
    `fonts_per_line: ${perLine}`,
    `height: ${clamped}`,
    '',
  ].join('\n');
}
