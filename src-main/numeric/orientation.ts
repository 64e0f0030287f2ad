import { LarderError } from '../base/index.ts';
import { polarFactor } from './decompose.ts';
import { columnLengths, identity, scaleColumns, topLeft, type Matrix } from './matrix.ts';

/** A world axis (0 = left-right, 1 = posterior-anterior, 2 = inferior-superior) and a direction along it. */
export interface Direction {
  readonly worldAxis: number;
  /** +1 towards R, A, S; −1 towards L, P, I. */
  readonly sign: 1 | -1;
}

/** Which input axis an output axis is made of. */
export interface OrientedAxis {
  readonly inputAxis: number;
  readonly isFlipped: boolean;
}

const LETTERS: ReadonlyMap<string, Direction> = new Map([
  ['R', { worldAxis: 0, sign: 1 }],
  ['L', { worldAxis: 0, sign: -1 }],
  ['A', { worldAxis: 1, sign: 1 }],
  ['P', { worldAxis: 1, sign: -1 }],
  ['S', { worldAxis: 2, sign: 1 }],
  ['I', { worldAxis: 2, sign: -1 }],
]);

/**
 * World direction that each array axis follows most closely, in array-axis order.
 *
 * nibabel 5.3 `io_orientation` (nibabel/orientations.py): the direction columns are normalised, made
 * orthogonal by the polar factor, and each axis in turn takes the strongest world axis still free.
 * The order of turns matters only within rounding of 45 degrees from an axis frame.
 *
 * @param affine voxel→world, (4, 4), mm, RAS+
 * @param rank 2 or 3: only that many leading axes are looked at, on both sides
 * @throws AFFINE_INVALID if the directions are singular or not finite
 */
export function directionsOf(affine: Matrix, rank: number): Direction[] {
  const block = topLeft(affine, rank);
  const lengths = columnLengths(block, rank);
  const rotation = polarFactor(scaleColumns(block, lengths.map((length) => 1 / length)));
  if (rotation === undefined) {
    throw new LarderError('AFFINE_INVALID', 'The affine is singular: its axes do not span space.', {
      hint: 'Correct the sform or qform of the file, or download it again.',
      details: { affine: Array.from(affine) },
    });
  }
  const taken = new Set<number>();
  return Array.from({ length: rank }, (_, axis) => strongestFree(rotation, rank, axis, taken));
}

function strongestFree(rotation: Matrix, rank: number, axis: number, taken: Set<number>): Direction {
  let worldAxis = -1;
  let strongest = -1;
  for (let row = 0; row < rank; row++) {
    const strength = taken.has(row) ? 0 : Math.abs(rotation[row * rank + axis]!);
    if (strength > strongest && !taken.has(row)) {
      strongest = strength;
      worldAxis = row;
    }
  }
  taken.add(worldAxis);
  return { worldAxis, sign: rotation[worldAxis * rank + axis]! < 0 ? -1 : 1 };
}

/**
 * Reads axcodes such as `LPS`: where each output axis points to.
 *
 * @param axcodes at least `rank` letters of R L A P S I, no world axis twice; surplus letters are ignored
 * @throws CONFIG_INVALID otherwise
 */
export function parseAxcodes(axcodes: string, rank: number): Direction[] {
  const letters = Array.from(axcodes).slice(0, rank);
  const directions = letters.map((letter) => LETTERS.get(letter));
  const isComplete = directions.length === rank && directions.every((direction) => direction !== undefined);
  if (!isComplete || new Set(directions.map((direction) => direction?.worldAxis)).size !== rank) {
    throw new LarderError('CONFIG_INVALID', `Orientation "${axcodes}" does not name ${rank} different axes.`, {
      hint: 'Use one letter each of L/R, P/A and I/S, in capitals, for example LPS.',
      details: { axcodes, rank },
    });
  }
  return directions.filter((direction) => direction !== undefined);
}

/**
 * How the array axes must be permuted and flipped to point where `wanted` says.
 *
 * @returns per output axis, the input axis and whether it runs backwards
 * @throws PREPROCESS_FAILED if a wanted world axis is not among the given ones (2D images only)
 */
export function orientAxes(given: readonly Direction[], wanted: readonly Direction[]): OrientedAxis[] {
  return wanted.map(({ worldAxis, sign }) => {
    const inputAxis = given.findIndex((direction) => direction.worldAxis === worldAxis);
    if (inputAxis < 0) {
      throw new LarderError('PREPROCESS_FAILED', 'The wanted orientation names an axis this 2D image does not have.', {
        hint: 'Choose axcodes whose first two letters lie in the plane of the image.',
      });
    }
    return { inputAxis, isFlipped: given[inputAxis]!.sign !== sign };
  });
}

/**
 * Matrix T that maps output voxel indices to input voxel indices, so that A·T is the affine of the
 * reoriented array.
 *
 * @param sizes voxels per input axis
 * @returns (rank + 1, rank + 1)
 */
export function orientationMatrix(axes: readonly OrientedAxis[], sizes: readonly number[]): Matrix {
  const order = axes.length + 1;
  const result = identity(order);
  axes.forEach((_, k) => (result[k * order + k] = 0));
  axes.forEach(({ inputAxis, isFlipped }, outputAxis) => {
    result[inputAxis * order + outputAxis] = isFlipped ? -1 : 1;
    result[inputAxis * order + order - 1] = isFlipped ? sizes[inputAxis]! - 1 : 0;
  });
  return result;
}
