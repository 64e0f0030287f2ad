import { channelsOf, rowBytes } from './header.ts';
import type { PngHeader } from './header.ts';

interface Pass {
  readonly x0: number;
  readonly y0: number;
  readonly dx: number;
  readonly dy: number;
}

const WHOLE: readonly Pass[] = [{ x0: 0, y0: 0, dx: 1, dy: 1 }];
/** Adam7 (8.2): which pixels each of the seven passes holds. */
const ADAM7: readonly Pass[] = [
  { x0: 0, y0: 0, dx: 8, dy: 8 },
  { x0: 4, y0: 0, dx: 8, dy: 8 },
  { x0: 0, y0: 4, dx: 4, dy: 8 },
  { x0: 2, y0: 0, dx: 4, dy: 4 },
  { x0: 0, y0: 2, dx: 2, dy: 4 },
  { x0: 1, y0: 0, dx: 2, dy: 2 },
  { x0: 0, y0: 1, dx: 1, dy: 2 },
];

/** A rectangle of pixels as it lies in the data. */
export interface PngPass extends Pass {
  readonly width: number;
  readonly height: number;
  /** Rows of `rowBytes` each, filters taken back. */
  readonly rows: Uint8Array;
}

/** The sizes of the passes of a picture, empty ones left out. */
function passSizes(header: PngHeader): readonly (Pass & { readonly width: number; readonly height: number })[] {
  return (header.isInterlaced ? ADAM7 : WHOLE)
    .map((pass) => ({ ...pass, width: Math.ceil((header.width - pass.x0) / pass.dx), height: Math.ceil((header.height - pass.y0) / pass.dy) }))
    .filter(({ width, height }) => width > 0 && height > 0);
}

/** Bytes a picture has between inflating and taking its filters back. */
export function filteredBytes(header: PngHeader): number {
  return passSizes(header).reduce((sum, { width, height }) => sum + height * (1 + rowBytes(header, width)), 0);
}

/**
 * Takes the row filters back (9.2).
 *
 * @param data exactly `filteredBytes(header)` bytes
 * @returns a sentence if a row names a filter that does not exist
 */
export function unfilter(header: PngHeader, data: Uint8Array): readonly PngPass[] | string {
  const passes: PngPass[] = [];
  const step = Math.max(1, (channelsOf(header) * header.bitDepth) >> 3);
  let at = 0;
  for (const pass of passSizes(header)) {
    const stride = rowBytes(header, pass.width);
    const rows = new Uint8Array(stride * pass.height);
    for (let row = 0; row < pass.height; row++) {
      const filter = data[at]!;
      if (filter > 4) return `row ${row} names the filter ${filter}`;
      const above = row === 0 ? undefined : rows.subarray((row - 1) * stride, row * stride);
      takeBack(filter, data.subarray(at + 1, at + 1 + stride), above, rows.subarray(row * stride, (row + 1) * stride), step);
      at += 1 + stride;
    }
    passes.push({ ...pass, rows });
  }
  return passes;
}

function takeBack(filter: number, from: Uint8Array, above: Uint8Array | undefined, to: Uint8Array, step: number): void {
  if (filter === 0) {
    to.set(from);
    return;
  }
  for (let i = 0; i < from.length; i++) {
    const left = i < step ? 0 : to[i - step]!;
    const up = above?.[i] ?? 0;
    const upLeft = i < step ? 0 : (above?.[i - step] ?? 0);
    to[i] = from[i]! + predict(filter, left, up, upLeft);
  }
}

function predict(filter: number, left: number, up: number, upLeft: number): number {
  if (filter === 1) return left;
  if (filter === 2) return up;
  if (filter === 3) return (left + up) >> 1;
  // Paeth: the neighbour nearest to left + up - upLeft; ties go to left, then up.
  const [byLeft, byUp, byBoth] = [Math.abs(up - upLeft), Math.abs(left - upLeft), Math.abs(left + up - 2 * upLeft)];
  if (byLeft <= byUp && byLeft <= byBoth) return left;
  return byUp <= byBoth ? up : upLeft;
}
