import type { ItemsArguments } from '../../../../src-main/contract/methods.ts';

export type SortKey = NonNullable<ItemsArguments['sort']>;

export interface Column {
  readonly id: 'picture' | 'name' | 'key' | 'state' | 'shape' | 'dtype' | 'size' | 'modified' | 'verified';
  readonly title: string;
  readonly sort?: SortKey;
  readonly isNumber?: boolean;
  /** Its title is for screen readers only. */
  readonly isHidden?: boolean;
}

export const COLUMNS: readonly Column[] = [
  { id: 'picture', title: 'Picture', isHidden: true },
  { id: 'name', title: 'Volume', sort: 'name' },
  { id: 'key', title: 'Key', sort: 'key' },
  { id: 'state', title: 'State', sort: 'state' },
  { id: 'shape', title: 'Shape', isNumber: true },
  { id: 'dtype', title: 'Type' },
  { id: 'size', title: 'Size', sort: 'size', isNumber: true },
  { id: 'modified', title: 'Modified', sort: 'modified', isNumber: true },
  { id: 'verified', title: 'Verified', sort: 'verified', isNumber: true },
];

/** Rows that show a picture have more to show first, and less beside it. */
export function pictureColumns(title: string): readonly Column[] {
  return COLUMNS.filter(({ id }) => id !== 'picture' && id !== 'key' && id !== 'dtype' && id !== 'modified').map((column) => (column.id === 'name' ? { ...column, title } : column.id === 'shape' ? { ...column, title: 'Pixels' } : column));
}

/** What a list can be sorted by, for lists without headers. */
export const SORTABLE: readonly { readonly sort: SortKey; readonly title: string }[] = [{ sort: 'position', title: 'List order' }, ...COLUMNS.flatMap(({ sort, title }) => (sort === undefined ? [] : [{ sort, title }]))];

export interface Order {
  readonly sort: SortKey;
  readonly descending: boolean;
}

/** In the order of the lists, until a header is clicked. */
export const LIST_ORDER: Order = { sort: 'position', descending: false };

/** A click on a header: by it, then the other way round, then as the lists have it. */
export function clicked(order: Order, sort: SortKey): Order {
  if (order.sort !== sort) return { sort, descending: false };
  return order.descending ? LIST_ORDER : { sort, descending: true };
}
