import type { KeyboardEvent, MouseEvent } from 'react';
import type { EntrySummary } from '../../../../src-main/contract/entries.ts';
import type { KindPictures } from '../../../kinds/registry.ts';
import type { RowPages } from './row-pages.ts';
import type { Selection } from './selection.ts';
import { isMove, moved } from './selection.ts';

/** What the table and the gallery have in common. */
export interface ItemsListProps {
  readonly label: string;
  readonly cacheId: number;
  readonly pictures: KindPictures;
  /** What is drawn. */
  readonly pages: RowPages;
  /** Whether that is the list that was asked for; another one stays in view until its first rows are there. */
  readonly isCurrent: boolean;
  readonly asked: () => RowPages;
  /** Another list begins at its top. */
  readonly about: string;
  readonly selection: Selection;
  readonly openKey: string | null;
  readonly onChoose: (index: number, row: EntrySummary, how: 'one' | 'toggle') => void;
  readonly onRange: (index: number) => void;
  readonly onAll: () => void;
  /** Enter on the row of the keyboard. */
  readonly onOpen: () => void;
  /** Space on the row of the keyboard. */
  readonly onLook: () => void;
  readonly onEscape: () => void;
  /** A row to bring into view; null: leave it. */
  readonly reveal: number | null;
}

interface Steps {
  /** Items beside each other. */
  readonly perRow: number;
  readonly perPage: number;
  /** Brings an item into view. */
  readonly show: (index: number) => void;
}

/** Arrow keys move, with Shift they choose a range; Ctrl-Space chooses one more, Space looks, Enter opens. */
export function onListKey(event: KeyboardEvent, props: ItemsListProps, steps: Steps): void {
  if (event.target !== event.currentTarget) return;
  const { selection } = props;
  const pages = props.asked();
  const hasControl = event.ctrlKey || event.metaKey;
  const activeRow = selection.active === null ? undefined : pages.row(selection.active);
  if (isMove(event.key, steps.perRow)) {
    const index = moved(selection.active, event.key, pages.total ?? 0, steps);
    steps.show(index);
    if (event.shiftKey) props.onRange(index);
    else chooseOne(props, index);
  } else if (event.key === 'Enter') props.onOpen();
  else if (event.key === 'Escape') props.onEscape();
  else if (event.key === ' ' && activeRow !== undefined && hasControl) props.onChoose(selection.active!, activeRow, 'toggle');
  else if (event.key === ' ') props.onLook();
  else if (event.key === 'a' && hasControl) props.onAll();
  else return;
  event.preventDefault();
}

/** A row that is not loaded yet is loaded first. */
function chooseOne({ asked, onChoose }: ItemsListProps, index: number): void {
  const pages = asked();
  const row = pages.row(index);
  if (row !== undefined) onChoose(index, row, 'one');
  else void pages.stretch(index, index).then(([loaded]) => loaded !== undefined && onChoose(index, loaded, 'one'));
}

/** A click chooses one, with Shift a range, with Ctrl one more; none in a list that is about to be another. */
export function onItemClick(event: MouseEvent, { isCurrent, selection, openKey, onRange, onChoose, onOpen }: ItemsListProps, index: number, row: EntrySummary): void {
  if (!isCurrent) return;
  if (event.shiftKey) onRange(index);
  else if (event.ctrlKey || event.metaKey) onChoose(index, row, 'toggle');
  // Another choice opens the entry. The same one again does where the entry was closed meanwhile.
  else if (index === selection.active && isOnlyChoice(selection, row.key) && openKey !== row.key) onOpen();
  else onChoose(index, row, 'one');
}

function isOnlyChoice({ rows, isPicked }: Selection, key: string): boolean {
  return !isPicked && rows.size === 1 && rows.has(key);
}
