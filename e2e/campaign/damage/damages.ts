import type { Draw } from '../draw.ts';

/** A way in which disks, cables, crashes and people change files. */
export interface Damage {
  readonly name: string;
  /**
   * @param twin the same file as made from another scan: what a disk may give back of an earlier write
   * @returns a changed copy; by chance it may be equal, as zeros over zeros are
   */
  apply(original: Uint8Array, twin: Uint8Array, draw: Draw): Uint8Array;
}

/** Sectors and pages: what disks and file systems lose at a time, bytes. */
const BLOCKS = [512, 4096, 65_536] as const;

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

const blockDamages = BLOCKS.flatMap((size): Damage[] => [
  {
    name: `${size} B of noise`,
    apply: (original, _twin, draw) => {
      const { from, to } = blockAt(original.length, size, draw);
      return overwrite(original, from, draw.bytes(to - from));
    },
  },
  {
    name: `${size} B of zeros`,
    apply: (original, _twin, draw) => {
      const { from, to } = blockAt(original.length, size, draw);
      return copyOf(original).fill(0, from, to);
    },
  },
  { name: `two blocks of ${size} B swapped`, apply: (original, _twin, draw) => swap(original, size, draw) },
  {
    name: `${size} B of an earlier write`,
    apply: (original, twin, draw) => {
      const { from, to } = blockAt(Math.min(original.length, twin.length), size, draw);
      return overwrite(original, from, twin.subarray(from, to));
    },
  },
]);

export const DAMAGES: readonly Damage[] = [
  {
    name: 'one bit',
    apply: (original, _twin, draw) => {
      const changed = copyOf(original);
      changed[draw.below(changed.length)]! ^= 1 << draw.below(8);
      return changed;
    },
  },
  ...blockDamages,
  { name: 'cut off', apply: (original, _twin, draw) => copyOf(original).subarray(0, draw.below(original.length)) },
  { name: 'cut off, the rest zeros', apply: (original, _twin, draw) => copyOf(original).fill(0, draw.below(original.length)) },
  { name: 'bytes behind it', apply: (original, _twin, draw) => Buffer.concat([original, draw.bytes(1 + draw.below(70_000))]) },
  { name: 'zeros behind it', apply: (original, _twin, draw) => Buffer.concat([original, new Uint8Array(1 + draw.below(70_000))]) },
];
