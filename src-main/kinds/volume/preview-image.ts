import sharp from 'sharp';
import type { ByteSource } from '../../formats/torch/index.ts';
import { columnLengths } from '../../numeric/index.ts';
import type { Direction } from '../../numeric/index.ts';
import { directionsIn, readGrid, readParts } from './preview-grid.ts';
import type { GridView, PreviewGrid } from './preview-grid.ts';
import type { GreyWindow } from './window.ts';

/** How radiologists hang pictures: the patient's right on the left, front or head at the top, the nose to the left. */
const PLANES = {
  axial: { columns: { worldAxis: 0, sign: -1 }, rows: { worldAxis: 1, sign: -1 } },
  coronal: { columns: { worldAxis: 0, sign: -1 }, rows: { worldAxis: 2, sign: -1 } },
  sagittal: { columns: { worldAxis: 1, sign: -1 }, rows: { worldAxis: 2, sign: -1 } },
} as const satisfies Readonly<Record<string, { readonly columns: Direction; readonly rows: Direction }>>;

export type Plane = keyof typeof PLANES;

/** Without an affine the array is taken to lie along the world axes. */
const ARRAY_DIRECTIONS: readonly Direction[] = [0, 1, 2].map((worldAxis) => ({ worldAxis, sign: 1 }));

interface Slice {
  /** Row by row, 0 to 255. */
  readonly pixels: Uint8Array;
  readonly width: number;
  readonly height: number;
  /** Of a pixel: height to width, mm. */
  readonly pixelAspect: number;
}

/**
 * The middle slice of one plane in a black square.
 *
 * @param window values drawn black and white; undefined: the extremes of the slice
 * @returns a PNG of `side` × `side` pixels
 * @throws TORCH_INVALID if the entry holds nothing that can be drawn
 */
export async function drawSlice(source: ByteSource, plane: Plane, side: number, window: GreyWindow | undefined): Promise<Buffer> {
  return await drawPlanes(source, [plane], side, window);
}

/** The three middle slices side by side, 3·`side` × `side` pixels; as `drawSlice`. */
export async function drawThreeSlices(source: ByteSource, side: number, window: GreyWindow | undefined): Promise<Buffer> {
  return await drawPlanes(source, ['axial', 'coronal', 'sagittal'], side, window);
}

async function drawPlanes(source: ByteSource, planes: readonly Plane[], side: number, window: GreyWindow | undefined): Promise<Buffer> {
  const grid = readGrid(source);
  const cuts = planes.map((plane) => cutOf(grid, plane));
  const parts = readParts(source, grid, cuts.map(({ view }) => view));
  const squares = await Promise.all(parts.map((values, at) => fitSquare(sliceOf(values, cuts[at]!, window), side)));
  const width = side * squares.length;
  const pixels = new Uint8Array(width * side);
  squares.forEach((square, at) => {
    for (let row = 0; row < side; row++) pixels.set(square.subarray(row * side, (row + 1) * side), row * width + at * side);
  });
  return await sharp(pixels, { raw: { width, height: side, channels: 1 } }).toColourspace('b-w').png().toBuffer();
}

/** Where a slice lies in the tensor, and how it is hung. */
interface Cut {
  readonly view: GridView;
  readonly width: number;
  readonly height: number;
  readonly isMirrored: boolean;
  readonly isUpsideDown: boolean;
  readonly pixelAspect: number;
}

function cutOf(grid: PreviewGrid, plane: Plane): Cut {
  const directions = (grid.affine && directionsIn(grid.affine)) ?? ARRAY_DIRECTIONS;
  const spacing = grid.affine === undefined ? [1, 1, 1] : columnLengths(grid.affine, 3);
  const along = (wanted: Direction): { axis: number; isFlipped: boolean } => {
    const axis = directions.findIndex(({ worldAxis }) => worldAxis === wanted.worldAxis);
    return { axis, isFlipped: directions[axis]!.sign !== wanted.sign };
  };
  const columns = along(PLANES[plane].columns);
  const rows = along(PLANES[plane].rows);
  const through = 3 - columns.axis - rows.axis;
  const [width, height] = [grid.sizes[columns.axis]!, grid.sizes[rows.axis]!];
  const step = (axis: number): number => grid.strides[axis + 1]!;
  return {
    view: { shape: [height, width], strides: [step(rows.axis), step(columns.axis)], offset: (grid.sizes[through]! >> 1) * step(through) },
    width,
    height,
    isMirrored: columns.isFlipped,
    isUpsideDown: rows.isFlipped,
    pixelAspect: spacing[rows.axis]! / spacing[columns.axis]!,
  };
}

function sliceOf(values: Float32Array, { width, height, isMirrored, isUpsideDown, pixelAspect }: Cut, window: GreyWindow | undefined): Slice {
  return { pixels: flip(greyOf(values, window ?? extremesOf(values)), width, height, isMirrored, isUpsideDown), width, height, pixelAspect };
}

/** Values that are not finite are black. */
function greyOf(values: Float32Array, { min, max }: GreyWindow): Uint8Array {
  const scale = max > min ? 255 / (max - min) : 0;
  const grey = new Uint8Array(values.length);
  for (let i = 0; i < values.length; i++) grey[i] = Math.round(Math.min(255, Math.max(0, (values[i]! - min) * scale)));
  return grey;
}

function extremesOf(values: Float32Array): GreyWindow {
  let [min, max] = [Infinity, -Infinity];
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    min = Math.min(min, value);
    max = Math.max(max, value);
  }
  return { min, max };
}

function flip(pixels: Uint8Array, width: number, height: number, left: boolean, up: boolean): Uint8Array {
  const flipped = new Uint8Array(pixels.length);
  for (let row = 0; row < height; row++) {
    const line = pixels.subarray(row * width, (row + 1) * width);
    const to = (up ? height - 1 - row : row) * width;
    flipped.set(left ? line.toReversed() : line, to);
  }
  return flipped;
}

/** Scaled to its true proportions, as large as the square allows. @returns one byte a pixel, row by row */
async function fitSquare({ pixels, width, height, pixelAspect }: Slice, side: number): Promise<Uint8Array> {
  const trueHeight = height * pixelAspect;
  const scale = side / Math.max(width, trueHeight);
  const size = { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(trueHeight * scale)) };
  const left = (side - size.width) >> 1;
  const top = (side - size.height) >> 1;
  return await sharp(pixels, { raw: { width, height, channels: 1 } })
    .resize({ ...size, fit: 'fill' })
    .extend({ left, right: side - size.width - left, top, bottom: side - size.height - top, background: 'black' })
    .toColourspace('b-w')
    .raw()
    .toBuffer();
}
