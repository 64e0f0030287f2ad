import { setImmediate } from 'node:timers/promises';
import { throwIfAborted } from '../../base/index.ts';
import type { Split, VolumeListFile } from './config-paths.ts';
import { volumeNameProblem } from './keys.ts';
import { invalidList, readNameColumn, type NameColumn } from './list-file.ts';
import { VolumeItems } from './list-items.ts';
import type { ColumnValue } from './list-pandas.ts';

export { VolumeItems, type VolumeListItem } from './list-items.ts';

/** Something odd about a list that does not stop the work; one per kind and file. */
export interface ListWarning {
  readonly file: string;
  /** Where it is met first, from 1. */
  readonly line: number;
  /** Rows it is about. */
  readonly count: number;
  readonly message: string;
}

export interface VolumeList {
  /** All train volumes in file order, then all valid ones; of equal names only the first. */
  readonly items: VolumeItems;
  readonly warnings: readonly ListWarning[];
  /** Rows left out because their name is already there. */
  readonly duplicates: number;
  /** Items, not rows: a name in both splits counts for the first. */
  readonly perSplit: Readonly<Record<Split, number>>;
}

/**
 * Reads the CSVs with the required volumes, as `pandas.read_csv` and the training script do
 * (docs/formats/volume-pipeline.md, section 12).
 *
 * @param lists in order; files are read in pieces, one after the other
 * @throws LIST_INVALID with file and line, also if no list names a volume; `CANCELLED`
 */
export async function readVolumeList(lists: readonly VolumeListFile[], signal?: AbortSignal): Promise<VolumeList> {
  const items = new VolumeItems();
  const warnings: ListWarning[] = [];
  const perSplit: Record<Split, number> = { train: 0, valid: 0 };
  let duplicates = 0;
  for (const { split, path } of lists) {
    const read = await readNameColumn(path, signal);
    const before = items.length;
    for (const warning of await addColumn(items, read, { split, path }, signal)) warnings.push(warning);
    perSplit[split] += items.length - before;
    duplicates += read.column.length - (items.length - before);
  }
  // One empty split is a way to train; nothing at all is a mistake.
  if (items.length === 0 && lists[0] !== undefined) throw invalidList(lists[0].path, 1, 'none of the lists names a volume');
  return { items, warnings, duplicates, perSplit };
}

/** Rows between two chances for other work, and for an abort: some ten milliseconds. */
const ROWS_AT_ONCE = 1 << 15;

async function addColumn(
  items: VolumeItems,
  { column, lineOf, warnings }: NameColumn,
  { split, path: file }: VolumeListFile,
  signal: AbortSignal | undefined,
): Promise<ListWarning[]> {
  const oddities = new Map<string, { line: number; count: number }>();
  let row = 0;
  for (const value of column.values()) {
    const oddity = oddityOf(value);
    if (oddity !== undefined) {
      const known = oddities.get(oddity);
      if (known === undefined) oddities.set(oddity, { line: lineOf(row), count: 1 });
      else known.count++;
    }
    items.add(value, split, row);
    row++;
    if (row % ROWS_AT_ONCE === 0) {
      await setImmediate();
      throwIfAborted(signal);
    }
  }
  return [
    ...warnings.map((warning) => ({ ...warning, file, count: 1 })),
    ...oddities.entries().map(([message, place]) => ({ ...place, file, message })),
  ];
}

/** Why no path can be made of a value, as a sentence about its row. */
function oddityOf(value: ColumnValue): string | undefined {
  switch (value.kind) {
    case 'missing':
      return 'the volume name is missing; such an item cannot be processed';
    case 'number':
      return 'the volume name is a number to pandas, not a text; such an item cannot be processed';
    case 'boolean':
      return 'the volume name is a boolean to pandas, not a text; such an item cannot be processed';
    default: {
      const problem = volumeNameProblem(value.text);
      return problem === undefined ? undefined : `the volume name cannot be used: ${problem}`;
    }
  }
}
