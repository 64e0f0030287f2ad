/**
 * Where a box of the browser stands over any number of rows of one height. Browsers end at some 17 to 33 million
 * pixels, so the scrolled box is at most `BOX_MAX` high; where the rows are higher, small movements move the rows
 * pixel by pixel, and long ones (the bar dragged, the end reached) go to the same share of the whole.
 */

/** Every browser can do this, with room to spare. */
export const BOX_MAX = 8_000_000;

export interface ScrollSize {
  readonly rows: number;
  readonly rowHeight: number;
  /** Height in which rows are seen. */
  readonly viewHeight: number;
}

/** Where the view is: in the box of the browser, and over the rows. Pixels. */
export interface ScrollPlace {
  readonly boxTop: number;
  readonly rowsTop: number;
}

export const AT_TOP: ScrollPlace = { boxTop: 0, rowsTop: 0 };

export function boxHeight({ rows, rowHeight }: ScrollSize): number {
  return Math.min(rows * rowHeight, BOX_MAX);
}

/** How far down one can go. */
export function highest(size: ScrollSize): { readonly box: number; readonly rows: number } {
  return { box: Math.max(0, boxHeight(size) - size.viewHeight), rows: Math.max(0, size.rows * size.rowHeight - size.viewHeight) };
}

function clamp(value: number, most: number): number {
  return Math.min(Math.max(0, value), most);
}

/** The browser has scrolled its box. */
export function scrolledTo(size: ScrollSize, place: ScrollPlace, boxTop: number): ScrollPlace {
  const most = highest(size);
  if (most.box === most.rows) return { boxTop, rowsTop: clamp(boxTop, most.rows) };
  if (boxTop <= 0) return AT_TOP;
  if (boxTop >= most.box) return { boxTop, rowsTop: most.rows };
  const moved = boxTop - place.boxTop;
  const rowsTop = Math.abs(moved) < size.viewHeight ? place.rowsTop + moved : (boxTop / most.box) * most.rows;
  return { boxTop, rowsTop: clamp(rowsTop, most.rows) };
}

/** A place over the rows, with the bar where it belongs. */
export function placeAt(size: ScrollSize, rowsTop: number): ScrollPlace {
  const most = highest(size);
  const top = clamp(rowsTop, most.rows);
  return { rowsTop: top, boxTop: most.box === most.rows ? top : Math.round((top / most.rows) * most.box) };
}
