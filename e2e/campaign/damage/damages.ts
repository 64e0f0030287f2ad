import type { Draw } from '../draw.ts';

/** A whole file under the name of another. */
export const WRONG_NAME = 'the whole file of another';

/** A way in which disks, cables, crashes and people change files. */
export interface Damage {
  readonly name: string;
  /** Bytes a file needs for it to be what it is called, and not one of the others: a block of four. */
  readonly least: number;
  /**
   * @param twin the same file as made from another scan: what a disk may give back of an earlier write
   * @returns a changed copy; by chance it may be equal, as zeros over zeros are
   */
  apply(original: Uint8Array, twin: Uint8Array, draw: Draw): Uint8Array;
}

/** Sectors and pages: what disks and file systems lose at a time, bytes. */
const DISK_BLOCKS = [512, 4096, 65_536] as const;
/** For a catalog of some 150 kB in pages of 8 KiB. */
const PAGE_BLOCKS = [512, 4096, 16_384] as const;
/** For files that are smaller than a sector, of which a disk loses the whole: parts of them, as a bad editor or cable would. */
const TEXT_BLOCKS = [8, 16, 48] as const;
/** For an index of some 6 kB. */
const LIST_BLOCKS = [64, 256, 1024] as const;

/** `slice` of a Buffer is a view and no copy. */
function copyOf(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes);
}

function blockAt(length: number, size: number, draw: Draw): { readonly from: number; readonly to: number } {
  const from = draw.below(Math.max(1, Math.ceil(length / size))) * size;
  return { from, to: Math.min(length, from + size) };
}

function overwrite(original: Uint8Array, from: number, content: Uint8Array): Uint8Array {
  const changed = copyOf(original);
  changed.set(content.subarray(0, changed.length - from), from);
  return changed;
}

function swap(original: Uint8Array, size: number, draw: Draw): Uint8Array {
  const blocks = Math.floor(original.length / size);
  if (blocks < 2) return copyOf(original);
  const first = draw.below(blocks);
  const second = (first + 1 + draw.below(blocks - 1)) % blocks;
  const changed = overwrite(original, first * size, original.subarray(second * size, (second + 1) * size));
  changed.set(original.subarray(first * size, (first + 1) * size), second * size);
  return changed;
}

const blockDamages = (size: number): readonly Damage[] => [
  {
    name: `${size} B of noise`,
    least: 4 * size,
    apply: (original, _twin, draw) => {
      const { from, to } = blockAt(original.length, size, draw);
      return overwrite(original, from, draw.bytes(to - from));
    },
  },
  {
    name: `${size} B of zeros`,
    least: 4 * size,
    apply: (original, _twin, draw) => {
      const { from, to } = blockAt(original.length, size, draw);
      return copyOf(original).fill(0, from, to);
    },
  },
  { name: `two blocks of ${size} B swapped`, least: 4 * size, apply: (original, _twin, draw) => swap(original, size, draw) },
  {
    name: `${size} B of an earlier write`,
    least: 4 * size,
    apply: (original, twin, draw) => {
      const { from, to } = blockAt(Math.min(original.length, twin.length), size, draw);
      return overwrite(original, from, twin.subarray(from, to));
    },
  },
];

const oneBit: Damage = {
  name: 'one bit',
  least: 1,
  apply: (original, _twin, draw) => {
    const changed = copyOf(original);
    changed[draw.below(changed.length)]! ^= 1 << draw.below(8);
    return changed;
  },
};

/** Damages that change where the file ends, or whose it is. */
const wholeFile: readonly Damage[] = [
  { name: 'cut off', least: 1, apply: (original, _twin, draw) => copyOf(original).subarray(0, draw.below(original.length)) },
  { name: 'cut off, the rest zeros', least: 1, apply: (original, _twin, draw) => copyOf(original).fill(0, draw.below(original.length)) },
  { name: 'bytes behind it', least: 1, apply: (original, _twin, draw) => Buffer.concat([original, draw.bytes(1 + draw.below(70_000))]) },
  { name: 'zeros behind it', least: 1, apply: (original, _twin, draw) => Buffer.concat([original, new Uint8Array(1 + draw.below(70_000))]) },
  // Sound in itself: what it says of itself, or what is said of it elsewhere, tells.
  { name: WRONG_NAME, least: 1, apply: (_original, twin) => copyOf(twin) },
];

const damagesOf = (blocks: readonly number[]): readonly Damage[] => [oneBit, ...blocks.flatMap(blockDamages), ...wholeFile];

/** By what is damaged: the same sorts, with blocks of which the file holds four at least. */
export const DAMAGES = damagesOf(DISK_BLOCKS);
export const PAGE_DAMAGES = damagesOf(PAGE_BLOCKS);
export const TEXT_DAMAGES = damagesOf(TEXT_BLOCKS);
export const LIST_DAMAGES = damagesOf(LIST_BLOCKS);

/** Draws of a place before a sort is said to change nothing: entries have margins, where a block is as its neighbour. */
const DRAWS = 600;

/** A file before and after. */
export interface Hit<T> {
  readonly file: T;
  readonly changed: Uint8Array;
}

/**
 * Damages a file so that it really changes: zeros over zeros are no damage, and are drawn anew.
 *
 * @param pick a file that is large enough, and its twin
 * @param isOther true if the file says something else than before
 * @returns undefined where the sort changed nothing, which makes it worth nothing
 */
export function hit<T>(damage: Damage, pick: () => { readonly file: T; readonly bytes: Uint8Array; readonly twin: Uint8Array }, isOther: (before: Uint8Array, after: Uint8Array) => boolean, draw: Draw): Hit<T> | undefined {
  for (let n = 0; n < DRAWS; n++) {
    const { file, bytes, twin } = pick();
    if (bytes.length < damage.least) continue;
    const changed = damage.apply(bytes, twin, draw);
    if (isOther(bytes, changed)) return { file, changed };
  }
  return undefined;
}

export function differs(before: Uint8Array, after: Uint8Array): boolean {
  return Buffer.compare(before, after) !== 0;
}
