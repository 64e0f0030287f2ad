import type { ComponentType } from 'react';
import type { EntrySummary } from '../../src-main/contract/entries.ts';

export interface PictureProps {
  readonly cacheId: number;
  readonly row: EntrySummary;
  /** row: beside a line of the table, about 24 pixels high; tile: all of the gallery's place for it. */
  readonly size: 'row' | 'tile';
}

export interface LookProps {
  readonly cacheId: number;
  readonly row: EntrySummary;
}

/** How a kind's entries look in lists. What has no file is drawn by the list, not by the kind. */
export interface KindPictures {
  /** Pixels: the least width of a tile, and the height of the picture in it. */
  readonly tile: { readonly minWidth: number; readonly height: number };
  /** Decoration beside the name: it has no words of its own. */
  readonly Picture: ComponentType<PictureProps>;
  /** One entry as large as the window allows, for a quick look. */
  readonly Look: ComponentType<LookProps>;
  /** What tells entries of one name apart, where there may be several. */
  readonly about?: (row: EntrySummary) => string | undefined;
  /** Loads what `Look` will draw. @returns takes it back */
  readonly readAhead: (cacheId: number, row: EntrySummary) => () => void;
}
