const PADDING = 20;
const GAP = 10;
/** Frame of a tile, and the two lines below its picture. */
const FRAME = 2;
const WORDS_HEIGHT = 46;

/** Where tiles lie in a gallery of one width. Pixels. */
export interface GalleryShape {
  readonly perRow: number;
  readonly tileWidth: number;
  readonly tileHeight: number;
  /** From the top of one row to that of the next. */
  readonly rowHeight: number;
}

/** As many tiles beside each other as fit, as wide as fills the row. */
export function galleryShape(width: number, tile: { readonly minWidth: number; readonly height: number }): GalleryShape {
  const inner = Math.max(tile.minWidth, width - 2 * PADDING);
  const perRow = Math.max(1, Math.floor((inner + GAP) / (tile.minWidth + GAP)));
  const tileHeight = tile.height + FRAME + WORDS_HEIGHT;
  return { perRow, tileWidth: Math.floor((inner - (perRow - 1) * GAP) / perRow), tileHeight, rowHeight: tileHeight + GAP };
}

/**
 * Place of a tile in the scrolled box.
 *
 * @param rowTop that of its row there, pixels
 */
export function tileStyle({ perRow, tileWidth, tileHeight }: GalleryShape, index: number, rowTop: number): { readonly width: number; readonly height: number; readonly transform: string } {
  const left = PADDING + (index % perRow) * (tileWidth + GAP);
  // Half of the gap lies above a row, so that the first one does not touch the edge.
  return { width: tileWidth, height: tileHeight, transform: `translate(${left}px, ${rowTop + GAP / 2}px)` };
}
