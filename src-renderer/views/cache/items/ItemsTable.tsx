import type { MouseEvent, ReactNode } from 'react';
import { memo, useEffect, useMemo, useRef, useState } from 'react';
import type { EntrySummary } from '../../../../src-main/contract/entries.ts';
import type { KindPictures, RowForm } from '../../../kinds/registry.ts';
import { formatAgo, formatBytes } from '../../../lib/format.ts';
import { useBoxSize, useRows } from '../../../lib/rows/use-rows.ts';
import { STATE_MARKS } from '../state-words.ts';
import styles from './ItemsTable.module.css';
import type { Column, Order, SortKey } from './columns.ts';
import { COLUMNS, pictureColumns } from './columns.ts';
import type { ItemsListProps } from './list-props.ts';
import { onItemClick, onListKey } from './list-props.ts';
import { isChosen } from './selection.ts';

/** Of rows that show a name. */
const NAME_ROW_HEIGHT = 30;
const HEAD_HEIGHT = 32;
/** More than rows beyond the edges of the view, so that the number changes with the height alone. */
const SPARE_SLOTS = 24;

export interface ItemsTableProps extends ItemsListProps {
  /** How the kind shows its items; undefined: by name. */
  readonly form: RowForm | undefined;
  readonly order: Order;
  readonly nowMs: number;
  readonly onSort: (sort: SortKey) => void;
}

/** Rows of any number: only those in view exist. The focus stays on the grid; the row of the keyboard is told by its id. */
export function ItemsTable(props: ItemsTableProps) {
  const { pages, order, selection, about, label, form } = props;
  const rowHeight = form?.rowHeight ?? NAME_ROW_HEIGHT;
  const columns = useMemo(() => (form === undefined ? COLUMNS : pictureColumns(form.title)), [form]);
  const box = useRef<HTMLDivElement>(null);
  const viewHeight = Math.max(rowHeight, useBoxSize(box).height - HEAD_HEIGHT);
  const total = pages.total;
  const { drawn, height, show } = useRows(box, { rows: total ?? 0, rowHeight, viewHeight }, about);
  const first = drawn[0]?.index ?? 0;
  const last = drawn.at(-1)?.index ?? -1;
  useEffect(() => pages.want(first, last), [pages, first, last]);
  const latest = useRef(props);
  latest.current = props;
  const [onRow] = useState(() => (event: MouseEvent, index: number, row: EntrySummary) => onItemClick(event, latest.current, index, row));
  const { reveal } = props;
  useEffect(() => {
    if (reveal !== null && total !== null) show(reveal);
  }, [reveal, total, show]);

  const perPage = Math.max(1, Math.floor(viewHeight / rowHeight) - 1);
  // Rows that leave at one end come back at the other: taking them out of the page and making new ones costs more than new words.
  const slots = Math.max(drawn.length, Math.ceil(viewHeight / rowHeight) + SPARE_SLOTS);
  const activeId = selection.active !== null && selection.active >= first && selection.active <= last ? `item-${selection.active}` : undefined;
  return (
    <div
      ref={box}
      className={form === undefined ? styles.table : `${styles.table} ${styles.pictures}`}
      role="grid"
      tabIndex={0}
      aria-label={label}
      aria-rowcount={(total ?? 0) + 1}
      aria-colcount={columns.length}
      aria-multiselectable="true"
      aria-activedescendant={activeId}
      aria-busy={!props.isCurrent || total === null}
      onKeyDown={(event) => onListKey(event, props, { perRow: 1, perPage, show })}
    >
      <HeadRow columns={columns} order={order} onSort={props.onSort} />
      <div role="rowgroup" className={styles.rows} style={{ height }}>
        {drawn.map(({ index, top }) => {
          const row = pages.row(index);
          return row === undefined ? (
            <div key={index % slots} role="row" aria-rowindex={index + 2} className={styles.row} style={{ transform: `translateY(${top}px)` }}>
              <span role="gridcell" className={styles.loading}>
                …
              </span>
            </div>
          ) : (
            <ItemRow key={index % slots} form={form} columns={columns} row={row} index={index} top={top} isActive={index === selection.active} isChosen={isChosen(selection, row.key)} isOpen={row.key === props.openKey} cacheId={props.cacheId} pictures={props.pictures} nowMs={props.nowMs} onRow={onRow} />
          );
        })}
      </div>
    </div>
  );
}

function HeadRow({ columns, order, onSort }: { readonly columns: readonly Column[]; readonly order: Order; readonly onSort: (sort: SortKey) => void }) {
  const direction = order.descending ? 'descending' : 'ascending';
  return (
    <div role="rowgroup" className={styles.head}>
      <div role="row" aria-rowindex={1} className={styles.headRow}>
        {columns.map((column) => (
          <div key={column.id} role="columnheader" className={cellClass(column)} aria-sort={column.sort === undefined ? undefined : column.sort === order.sort ? direction : 'none'}>
            {column.sort === undefined ? (
              <span className={column.isHidden === true ? 'visually-hidden' : undefined}>{column.title}</span>
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
  readonly form: RowForm | undefined;
  readonly columns: readonly Column[];
  readonly row: EntrySummary;
  readonly index: number;
  readonly top: number;
  readonly isActive: boolean;
  readonly isChosen: boolean;
  readonly isOpen: boolean;
  readonly cacheId: number;
  readonly pictures: KindPictures;
  readonly nowMs: number;
  readonly onRow: (event: MouseEvent, index: number, row: EntrySummary) => void;
}

/** Drawn again only when something of it changes: a key or click that asks for another list does not wait for the rows of this one. */
const ItemRow = memo(function ItemRow({ form, columns, row, index, top, isActive, isChosen, isOpen, cacheId, pictures, nowMs, onRow }: ItemRowProps) {
  const rowClass = [styles.row, isChosen ? styles.chosen : '', isActive ? styles.active : '', isOpen ? styles.open : ''].join(' ');
  return (
    <div id={`item-${index}`} role="row" aria-rowindex={index + 2} aria-selected={isChosen} className={rowClass} style={{ transform: `translateY(${top}px)` }} onClick={(event) => onRow(event, index, row)}>
      {columns.map((column) => (
        <span key={column.id} role="gridcell" className={cellClass(column)} title={column.id === 'name' ? (row.name ?? row.key) : column.id === 'key' ? row.key : undefined}>
          {cellContent({ id: column.id, form, row, cacheId, pictures, nowMs })}
        </span>
      ))}
    </div>
  );
});

/** No component: a screen full of rows has hundreds of cells, and nothing of theirs to remember. */
function cellContent({ id, form, row, cacheId, pictures, nowMs }: Pick<ItemRowProps, 'form' | 'row' | 'cacheId' | 'pictures' | 'nowMs'> & Pick<Column, 'id'>): ReactNode {
  if (id === 'picture') return row.file === null ? <span className={styles.noPicture} aria-hidden="true" /> : <pictures.Picture cacheId={cacheId} row={row} size="row" />;
  if (id === 'name' && form !== undefined) return <form.Name cacheId={cacheId} row={row} />;
  return valueOf(id, row, nowMs);
}

function valueOf(id: Exclude<Column['id'], 'picture'>, row: EntrySummary, nowMs: number): ReactNode {
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
