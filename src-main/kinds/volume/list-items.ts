import { volumeNameProblem } from './keys.ts';
import type { ColumnValue } from './list-pandas.ts';
import type { Split } from './config-paths.ts';

export interface VolumeListItem {
  /** What the entry key is made of: the name, or Python's text of what stands in its place. */
  readonly nameText: string;
  /** null where no path can be made of it, so the item can never be processed. */
  readonly name: string | null;
  readonly split: Split;
  /** Data row of the CSV of its split, from 0, as pandas counts. */
  readonly row: number;
}

/**
 * The required volumes in order, first occurrence only. A million of them take about 70 MB: columns
 * instead of objects.
 */
export class VolumeItems implements Iterable<VolumeListItem> {
  private readonly nameTexts: string[] = [];
  private readonly seen = new Set<string>();
  private readonly seenNumbers = new Set<number>();
  private rows = new Uint32Array(1024);
  private flags = new Uint8Array(1024);

  get length(): number {
    return this.nameTexts.length;
  }

  /** @throws RangeError outside 0 to length-1 */
  at(index: number): VolumeListItem {
    const nameText = this.nameTexts[index];
    if (nameText === undefined) throw new RangeError(`no volume ${index} in a list of ${this.length}`);
    const flags = this.flags[index]!;
    return {
      nameText,
      name: flags & HAS_NO_PATH ? null : nameText,
      split: flags & IS_VALID ? 'valid' : 'train',
      row: this.rows[index]!,
    };
  }

  *[Symbol.iterator](): Generator<VolumeListItem> {
    for (let index = 0; index < this.length; index++) yield this.at(index);
  }

  has(nameText: string): boolean {
    return this.seen.has(nameText);
  }

  /** @returns false for a value that is already there, or would have the key of one that is */
  add(value: ColumnValue, split: Split, row: number): boolean {
    if (this.seen.has(value.text) || this.isSeenNumber(value)) return false;
    this.seen.add(value.text);
    const index = this.nameTexts.push(value.text) - 1;
    if (index === this.rows.length) this.grow();
    this.rows[index] = row;
    this.flags[index] = (split === 'valid' ? IS_VALID : 0) | (canHavePath(value) ? 0 : HAS_NO_PATH);
    return true;
  }

  /** Python finds 7 equal to 7.0, whose texts differ. */
  private isSeenNumber(value: ColumnValue): boolean {
    if (value.kind !== 'number') return false;
    const number = Number(value.text);
    if (this.seenNumbers.has(number)) return true;
    this.seenNumbers.add(number);
    return false;
  }

  private grow(): void {
    const rows = new Uint32Array(this.rows.length * 2);
    rows.set(this.rows);
    const flags = new Uint8Array(this.flags.length * 2);
    flags.set(this.flags);
    [this.rows, this.flags] = [rows, flags];
  }
}

const IS_VALID = 1;
const HAS_NO_PATH = 2;

function canHavePath(value: ColumnValue): boolean {
  return value.kind === 'text' && volumeNameProblem(value.text) === undefined;
}
