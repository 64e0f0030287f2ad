import type { MouseEvent } from 'react';
import { useEffect, useLayoutEffect, useRef } from 'react';
import type { EntrySummary } from '../../../../src-main/contract/entries.ts';
import type { KindPictures } from '../../../kinds/registry.ts';
import { formatBytes } from '../../../lib/format.ts';
import { useBoxSize, useRows } from '../../../lib/rows/use-rows.ts';
import { STATE_MARKS } from '../state-words.ts';
import styles from './ItemsGallery.module.css';
import { galleryShape, tileStyle } from './gallery-shape.ts';
import type { ItemsListProps } from './list-props.ts';
import { onItemClick, onListKey } from './list-props.ts';
import { isChosen } from './selection.ts';

/** Rows of tiles drawn beyond the edges: their pictures are made before they come into view. */
const ROWS_BEYOND = 1;

/** Items of any number as pictures; only those in view exist. The focus stays on the list, as in the table. */
export function ItemsGallery(props: ItemsListProps) {
  const { pages, selection, pictures, reveal } = props;
  const box = useRef<HTMLDivElement>(null);
  const { width, height } = useBoxSize(box);
  const shape = galleryShape(width, pictures.tile);
  const { perRow, rowHeight } = shape;
  const total = pages.total ?? 0;
  const viewHeight = Math.max(rowHeight, height);
  const { drawn, ...scroll } = useRows(box, { rows: Math.ceil(total / perRow), rowHeight, viewHeight }, props.about, ROWS_BEYOND);
  const tiles = drawn.flatMap(({ index: row, top }) => Array.from({ length: Math.min(perRow, total - row * perRow) }, (_, column) => ({ index: row * perRow + column, top })));
  const first = tiles[0]?.index ?? 0;
  const last = tiles.at(-1)?.index ?? -1;
  useEffect(() => pages.want(first, Math.max(first, last)), [pages, first, last]);

  const show = (index: number): void => scroll.show(Math.floor(index / perRow));
  const latest = useRef({ show, active: selection.active });
  latest.current = { show, active: selection.active };
  useEffect(() => {
    if (reveal !== null && pages.total !== null) latest.current.show(reveal);
  }, [reveal, pages.total]);
  const before = useRef({ shape, rowsTop: 0 });
  useLayoutEffect(() => {
    const { shape: old, rowsTop } = before.current;
    if (old.perRow === perRow) return;
    // Another width has other rows: what was at the top stays there, and the item of the keyboard in view.
    scroll.scrollTo(Math.floor((Math.round(rowsTop / old.rowHeight) * old.perRow) / perRow) * rowHeight);
    if (latest.current.active !== null) latest.current.show(latest.current.active);
  }, [perRow, rowHeight, scroll.scrollTo]);
  useLayoutEffect(() => {
    before.current = { shape, rowsTop: scroll.rowsTop };
  });

  const perPage = perRow * Math.max(1, Math.floor(viewHeight / rowHeight));
  const isActiveDrawn = selection.active !== null && selection.active >= first && selection.active <= last;
  return (
    <div
      ref={box}
      className={styles.gallery}
      role="listbox"
      tabIndex={0}
      aria-label={props.label}
      aria-multiselectable="true"
      aria-activedescendant={isActiveDrawn ? `tile-${selection.active}` : undefined}
      aria-busy={!props.isCurrent || pages.total === null}
      onKeyDown={(event) => onListKey(event, props, { perRow, perPage, show })}
    >
      <div role="presentation" className={styles.tiles} style={{ height: scroll.height }}>
        {tiles.map(({ index, top }) => (
          <Tile
            key={index}
            index={index}
            total={total}
            row={pages.row(index)}
            style={tileStyle(shape, index, top)}
            cacheId={props.cacheId}
            pictures={pictures}
            selection={selection}
            isOpen={pages.row(index)?.key === props.openKey}
            onClick={(event, row) => onItemClick(event, props, index, row)}
          />
        ))}
      </div>
    </div>
  );
}

interface TileProps extends Pick<ItemsListProps, 'cacheId' | 'pictures' | 'selection'> {
  readonly index: number;
  readonly total: number;
  /** undefined while it is being read. */
  readonly row: EntrySummary | undefined;
  readonly style: ReturnType<typeof tileStyle>;
  readonly isOpen: boolean;
  readonly onClick: (event: MouseEvent, row: EntrySummary) => void;
}

function Tile({ index, total, row, style, cacheId, pictures, selection, isOpen, onClick }: TileProps) {
  if (row === undefined) return <div className={styles.tile} style={style} aria-hidden="true" />;
  const isPicked = isChosen(selection, row.key);
  const name = row.name ?? `${row.key.slice(0, 8)}, name not known`;
  return (
    <div
      id={`tile-${index}`}
      className={styles.tile}
      style={style}
      role="option"
      aria-selected={isPicked}
      aria-posinset={index + 1}
      aria-setsize={total}
      data-active={index === selection.active}
      data-open={isOpen}
      title={name}
      onClick={(event) => onClick(event, row)}
    >
      {/* The name of a tile is what is written below its picture, and its state says whether there is a file. */}
      <div className={styles.picture} style={{ height: pictures.tile.height }} aria-hidden="true">
        <TilePicture cacheId={cacheId} row={row} pictures={pictures} />
        {isPicked && <span className={styles.tick}>✓</span>}
      </div>
      <TileWords row={row} about={pictures.about?.(row)} />
    </div>
  );
}

function TilePicture({ cacheId, row, pictures: { Picture } }: { readonly cacheId: number; readonly row: EntrySummary; readonly pictures: KindPictures }) {
  return row.file === null ? <span className={styles.noFile}>no file</span> : <Picture cacheId={cacheId} row={row} size="tile" />;
}

function TileWords({ row, about }: { readonly row: EntrySummary; readonly about: string | undefined }) {
  const { shape, tone } = STATE_MARKS[row.state];
  return (
    <div className={styles.words}>
      <span className={styles.name}>
        {row.name ?? row.key.slice(0, 8)}
        {row.name === null && <span className="visually-hidden">, name not known</span>}
      </span>
      <span className={styles.about}>
        <span data-tone={tone}>
          <span aria-hidden="true">{shape}</span> {row.state}
        </span>
        {about !== undefined && (
          <span className={styles.which} title={about}>
            {about}
          </span>
        )}
        {row.sizeBytes !== null && <span className={styles.size}>{formatBytes(row.sizeBytes)}</span>}
      </span>
    </div>
  );
}
