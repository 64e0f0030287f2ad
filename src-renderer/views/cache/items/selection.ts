import type { EntrySummary } from '../../../../src-main/contract/entries.ts';

/** Rows that are chosen, by key, and the row the keyboard is on. */
export interface Selection {
  /** Row of the keyboard; null until something was chosen. */
  readonly active: number | null;
  /** Where a range began. */
  readonly anchor: number | null;
  readonly rows: ReadonlyMap<string, EntrySummary>;
  /** Picked one by one or as a range, to do something with them; otherwise it is only where one is. */
  readonly isPicked: boolean;
  /** What is meant is everything the list shows, however much that is; `rows` are those of it that were picked. */
  readonly isAll?: true;
}

export const NOTHING: Selection = { active: null, anchor: null, rows: new Map(), isPicked: false };

export function choose(index: number, row: EntrySummary): Selection {
  return { active: index, anchor: index, rows: new Map([[row.key, row]]), isPicked: false };
}

/** Whether a row of the list is among what is meant. */
export function isChosen({ rows, isAll }: Selection, key: string): boolean {
  return isAll === true || rows.has(key);
}

/** Ctrl-click, Ctrl-Space: in or out. */
export function toggle(selection: Selection, index: number, row: EntrySummary): Selection {
  const rows = new Map(selection.rows);
  if (!rows.delete(row.key)) rows.set(row.key, row);
  return { active: index, anchor: index, rows, isPicked: rows.size > 0 };
}

/** Rows between the anchor and a row, both included, at most so many. */
export function rangeTo({ anchor, active }: Selection, index: number, most: number): { readonly first: number; readonly last: number; readonly isCut: boolean } {
  const from = anchor ?? active ?? index;
  const first = Math.min(from, index);
  const last = Math.max(from, index);
  if (last - first < most) return { first, last, isCut: false };
  return from <= index ? { first, last: first + most - 1, isCut: true } : { first: last - most + 1, last, isCut: true };
}

export function chooseRange(selection: Selection, index: number, rows: readonly EntrySummary[]): Selection {
  return { active: index, anchor: selection.anchor ?? selection.active ?? index, rows: new Map(rows.map((row) => [row.key, row])), isPicked: true };
}

export type Move = 'ArrowUp' | 'ArrowDown' | 'ArrowLeft' | 'ArrowRight' | 'PageUp' | 'PageDown' | 'Home' | 'End';

/** @param perRow items beside each other; where there is only one, left and right lead nowhere */
export function isMove(key: string, perRow = 1): key is Move {
  return /^(Arrow(Up|Down)|Page(Up|Down)|Home|End)$/.test(key) || (perRow > 1 && /^Arrow(Left|Right)$/.test(key));
}

/** Where a key leads from an item. */
export function moved(active: number | null, key: Move, total: number, { perRow = 1, perPage }: { readonly perRow?: number; readonly perPage: number }): number {
  const last = Math.max(0, total - 1);
  if (key === 'Home') return 0;
  if (key === 'End') return last;
  if (active === null) return 0;
  const steps: Readonly<Record<Exclude<Move, 'Home' | 'End'>, number>> = { ArrowUp: -perRow, ArrowDown: perRow, ArrowLeft: -1, ArrowRight: 1, PageUp: -perPage, PageDown: perPage };
  const to = active + steps[key];
  // In a grid a step off the edge stays in its column, except into a last row that is shorter.
  if (to < 0) return perRow > 1 && key !== 'ArrowLeft' ? active % perRow : 0;
  return Math.min(last, to);
}
