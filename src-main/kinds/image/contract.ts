/** Words of the image kind that both the engine and the pages know. Pure: no imports but words of the contract. */

/** Splits of a corpus, by the names its files have. */
export const IMAGE_SPLITS = ['train', 'val', 'test'] as const;
export type ImageSplit = (typeof IMAGE_SPLITS)[number];

/** Why a line is not drawn in a font; it is named and counted, and nothing is drawn instead. */
export const SKIP_REASONS = ['missing-glyph', 'wrong-shaping', 'substituted', 'too-long'] as const;
export type SkipReason = (typeof SKIP_REASONS)[number];

/** Pixels. Outside of these no line of text is drawn. */
export const HEIGHT_LIMITS = { min: 16, max: 256 } as const;
export const DEFAULT_HEIGHT = 32;

/** What the files of one picture say; what is absent could not be read. */
export interface ImageFileFacts {
  /** The line, as the corpus has it. */
  readonly text?: string;
  /** The line as it is drawn. */
  readonly drawn?: string;
  readonly fontPath?: string;
  /** Pixels, as the metadata have them. */
  readonly height?: number;
  readonly width?: number;
  readonly createdAt?: string;
  /** Pixels, as the picture has them. */
  readonly imageWidth?: number | null;
  readonly imageHeight?: number | null;
  /** Same pixels, same digest, whatever compressed them. */
  readonly pixelsMd5?: string | null;
  readonly pngBytes?: number;
  readonly metadataFile?: string;
}
