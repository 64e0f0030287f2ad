import type { KeyboardEvent, MouseEvent, RefObject } from 'react';
import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { EntrySummary } from '../../../../src-main/contract/entries.ts';
import type { RowForm } from '../../../kinds/registry.ts';
import { formatAgo, formatBytes, formatCount } from '../../../lib/format.ts';
import { STATE_MARKS } from '../state-words.ts';
import styles from './ItemsTable.module.css';
import type { Column, Order, SortKey } from './columns.ts';
import { COLUMNS, pictureColumns } from './columns.ts';
import type { RowPages } from './row-pages.ts';
import type { ScrollPlace, ScrollSize } from './scroll-window.ts';
import { AT_TOP, boxHeight, placeAt, placeShowing, scrolledTo, visibleRows } from './scroll-window.ts';
import type { Selection } from './selection.ts';
import { isMove, moved } from './selection.ts';

/** Of rows that show a name. */
const NAME_ROW_HEIGHT = 30;
const HEAD_HEIGHT = 32;
/** The bar goes to its exact place once scrolling has rested. */
const SETTLE_AFTER_MS = 200;

export interface ItemsTableProps {
  readonly label: string;
  readonly cacheId: number;
  /** How the kind shows its items; undefined: by name. */
  readonly form: RowForm | undefined;
  readonly pages: RowPages;
  /** Another list begins at its top. */
  readonly about: string;
  readonly order: Order;
  readonly selection: Selection;
  readonly openKey: string | null;
  readonly nowMs: number;
  readonly onSort: (sort: SortKey) => void;
  readonly onChoose: (index: number, row: EntrySummary, how: 'one' | 'toggle') => void;
  readonly onRange: (index: number) => void;
  readonly onAll: () => void;
  /** Enter on the row of the keyboard. */
  readonly onOpen: () => void;
  readonly onEscape: () => void;
  /** A row to bring into view; null: leave it. */
  readonly reveal: number | null;
}

/** Rows of any number: only those in view exist. The focus stays on the grid; the row of the keyboard is told by its id. */
export function ItemsTable(props: ItemsTableProps) {
  const { pages, order, selection, about, label, form, cacheId } = props;
  const rowHeight = form?.rowHeight ?? NAME_ROW_HEIGHT;
  const columns = form === undefined ? COLUMNS : pictureColumns(form.title);
  const box = useRef<HTMLDivElement>(null);
  const viewHeight = useViewHeight(box);
  const size: ScrollSize = { rows: pages.total ?? 0, rowHeight, viewHeight };
  const { place, go, onScroll } = useScroll(box, size, about);
  const { first, last } = visibleRows(size, place);
  useEffect(() => pages.want(first, last), [pages, first, last]);
  const sizeNow = useRef(size);
  sizeNow.current = size;
  const { reveal } = props;
  const total = pages.total;
  useEffect(() => {
    if (reveal !== null && total !== null) go((before) => placeShowing(sizeNow.current, before, reveal));
  }, [reveal, total, go]);

  const moveTo = (index: number, isRange: boolean): void => {
    go((before) => placeShowing(size, before, index));
    if (isRange) props.onRange(index);
    else {
      const row = pages.row(index);
      if (row !== undefined) props.onChoose(index, row, 'one');
      else void pages.stretch(index, index).then(([loaded]) => loaded !== undefined && props.onChoose(index, loaded, 'one'));
    }
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.target !== event.currentTarget) return;
    const activeRow = selection.active === null ? undefined : pages.row(selection.active);
    if (isMove(event.key)) moveTo(moved(selection.active, event.key, size.rows, Math.max(1, Math.floor(viewHeight / rowHeight) - 1)), event.shiftKey);
    else if (event.key === 'Enter') props.onOpen();
    else if (event.key === 'Escape') props.onEscape();
    else if (event.key === ' ' && activeRow !== undefined) props.onChoose(selection.active!, activeRow, 'toggle');
    else if (event.key === 'a' && (event.ctrlKey || event.metaKey)) props.onAll();
    else return;
    event.preventDefault();
  };
  const onRowClick = (event: MouseEvent, index: number, row: EntrySummary): void => {
    if (event.shiftKey) props.onRange(index);
    else props.onChoose(index, row, event.ctrlKey || event.metaKey ? 'toggle' : 'one');
  };

  const indices = Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i);
  const activeId = selection.active !== null && selection.active >= first && selection.active <= last ? `item-${selection.active}` : undefined;
  return (
    <div
      ref={box}
      className={form === undefined ? styles.table : `${styles.table} ${styles.pictures}`}
      role="grid"
      tabIndex={0}
      aria-label={label}
      aria-rowcount={(pages.total ?? 0) + 1}
      aria-colcount={columns.length}
      aria-multiselectable="true"
      aria-activedescendant={activeId}
      aria-busy={pages.total === null}
      onScroll={onScroll}
      onKeyDown={onKeyDown}
    >
      <HeadRow columns={columns} order={order} onSort={props.onSort} />
      <div role="rowgroup" className={styles.rows} style={{ height: boxHeight(size) }}>
        {indices.map((index) => {
          const row = pages.row(index);
          const top = place.boxTop + index * rowHeight - place.rowsTop;
          return row === undefined ? (
            <div key={index} role="row" aria-rowindex={index + 2} className={styles.row} style={{ transform: `translateY(${top}px)` }}>
              <span role="gridcell" className={styles.loading}>
                …
              </span>
            </div>
          ) : (
            <ItemRow key={index} cacheId={cacheId} form={form} columns={columns} row={row} index={index} top={top} isActive={index === selection.active} isChosen={selection.rows.has(row.key)} isOpen={row.key === props.openKey} nowMs={props.nowMs} onClick={onRowClick} />
          );
        })}
      </div>
    </div>
  );
}

function useViewHeight(box: RefObject<HTMLDivElement | null>): number {
  const [height, setHeight] = useState(600);
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const measure = (): void => setHeight(Math.max(NAME_ROW_HEIGHT, element.clientHeight - HEAD_HEIGHT));
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [box]);
  return height;
}

interface Scroll {
  readonly place: ScrollPlace;
  readonly go: (change: (before: ScrollPlace) => ScrollPlace) => void;
  readonly onScroll: () => void;
}

function useScroll(box: RefObject<HTMLDivElement | null>, size: ScrollSize, about: string): Scroll {
  const [place, setPlace] = useState(AT_TOP);
  const latest = useRef({ place, size });
  latest.current.size = size;
  const settle = useRef<ReturnType<typeof setTimeout>>(undefined);
  const [controls] = useState(() => {
    const set = (next: ScrollPlace): void => {
      latest.current.place = next;
      setPlace(next);
    };
    const go: Scroll['go'] = (change) => {
      const next = change(latest.current.place);
      if (next === latest.current.place) return;
      set(next);
      if (box.current !== null && box.current.scrollTop !== next.boxTop) box.current.scrollTop = next.boxTop;
    };
    return {
      go,
      onScroll() {
        const { place: before, size: now } = latest.current;
        const boxTop = box.current?.scrollTop ?? 0;
        // The answer to our own setting of the bar, which rounds to device pixels.
        if (Math.abs(boxTop - before.boxTop) < 1) return;
        set(scrolledTo(now, before, boxTop));
        clearTimeout(settle.current);
        settle.current = setTimeout(() => go((current) => placeAt(latest.current.size, current.rowsTop)), SETTLE_AFTER_MS);
      },
    };
  });
  useEffect(() => () => clearTimeout(settle.current), []);
  const seen = useRef(about);
  useLayoutEffect(() => {
    if (seen.current === about) return;
    seen.current = about;
    controls.go(() => AT_TOP);
  }, [about, controls]);
  return { place, ...controls };
}

function HeadRow({ columns, order, onSort }: { readonly columns: readonly Column[]; readonly order: Order; readonly onSort: (sort: SortKey) => void }) {
  const direction = order.descending ? 'descending' : 'ascending';
  return (
    <div role="rowgroup" className={styles.head}>
      <div role="row" aria-rowindex={1} className={styles.headRow}>
        {columns.map((column) => (
          <div key={column.id} role="columnheader" className={cellClass(column)} aria-sort={column.sort === undefined ? undefined : column.sort === order.sort ? direction : 'none'}>
            {column.sort === undefined ? (
              column.title
            ) : (
              <button type="button" onClick={() => onSort(column.sort!)}>
                {column.title}
                <span aria-hidden="true">{column.sort === order.sort ? (order.descending ? ' ↓' : ' ↑') : ''}</span>
              </button>
            )}
          </div>
        ))}
      </div>
    </div>
  );
}

function cellClass({ id, isNumber }: Pick<Column, 'id' | 'isNumber'>): string {
  return [styles.cell, styles[id], isNumber === true ? styles.number : ''].join(' ');
}

interface ItemRowProps {
  readonly cacheId: number;
  readonly form: RowForm | undefined;
  readonly columns: readonly Column[];
  readonly row: EntrySummary;
  readonly index: number;
  readonly top: number;
  readonly isActive: boolean;
  readonly isChosen: boolean;
  readonly isOpen: boolean;
  readonly nowMs: number;
  readonly onClick: (event: MouseEvent, index: number, row: EntrySummary) => void;
}

function ItemRow({ cacheId, form, columns, row, index, top, isActive, isChosen, isOpen, nowMs, onClick }: ItemRowProps) {
  const rowClass = [styles.row, isChosen ? styles.chosen : '', isActive ? styles.active : '', isOpen ? styles.open : ''].join(' ');
  return (
    <div id={`item-${index}`} role="row" aria-rowindex={index + 2} aria-selected={isChosen} className={rowClass} style={{ transform: `translateY(${top}px)` }} onClick={(event) => onClick(event, index, row)}>
      {columns.map((column) => (
        <span key={column.id} role="gridcell" className={cellClass(column)} title={column.id === 'name' ? (row.name ?? row.key) : column.id === 'key' ? row.key : undefined}>
          {column.id === 'name' && form !== undefined ? <form.Name cacheId={cacheId} row={row} /> : <Value id={column.id} row={row} nowMs={nowMs} />}
        </span>
      ))}
    </div>
  );
}

function Value({ id, row, nowMs }: { readonly id: Column['id']; readonly row: EntrySummary; readonly nowMs: number }) {
  switch (id) {
    case 'name':
      return row.name ?? <span className={styles.quiet}>name not known</span>;
    case 'key':
      return row.key.slice(0, 8);
    case 'state': {
      const { shape, tone } = STATE_MARKS[row.state];
      return (
        <span data-tone={tone} className={styles.mark}>
          <span aria-hidden="true">{shape}</span> {row.state}
        </span>
      );
    }
    case 'shape':
      return row.file === null ? '–' : (row.shape?.join('×') ?? '–');
    case 'dtype':
      return row.file === null ? '–' : (row.dtype ?? '–');
    case 'size':
      return row.sizeBytes === null ? '–' : formatBytes(row.sizeBytes);
    case 'modified':
      return row.modifiedAtMs === null ? '–' : formatAgo(row.modifiedAtMs, nowMs);
    case 'verified':
      return row.verifiedAtMs === null || row.file === null ? '–' : formatAgo(row.verifiedAtMs, nowMs);
  }
}

/** `1,234 of 50,188`. */
export function countWords(shown: number | null, all: number): string {
  if (shown === null) return '';
  return shown === all ? formatCount(all) : `${formatCount(shown)} of ${formatCount(all)}`;
}
