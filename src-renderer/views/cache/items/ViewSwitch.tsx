import { SelectBox } from '../../../ui/SelectBox.tsx';
import { Toggles } from '../../../ui/Segments.tsx';
import styles from './ViewSwitch.module.css';
import type { Order } from './columns.ts';
import { SORTABLE } from './columns.ts';

export type ItemsView = 'table' | 'gallery';

const VIEWS: readonly { readonly value: ItemsView; readonly title: string }[] = [
  { value: 'table', title: 'Table' },
  { value: 'gallery', title: 'Gallery' },
];
const ORDERS = SORTABLE.map(({ sort, title }) => ({ value: sort, title }));
const KEY = 'larder-items-view';

/** What was last chosen in this browser. */
export function lastView(): ItemsView {
  try {
    return localStorage.getItem(KEY) === 'gallery' ? 'gallery' : 'table';
  } catch {
    // A browser may refuse its storage; the table is where one begins.
    return 'table';
  }
}

function remember(view: ItemsView): void {
  try {
    localStorage.setItem(KEY, view);
  } catch {
    // As above.
  }
}

export function ViewSwitch({ view, onChange }: { readonly view: ItemsView; readonly onChange: (view: ItemsView) => void }) {
  return (
    <Toggles
      label="Show items as"
      look="joined"
      segments={VIEWS}
      value={view}
      onChange={(next) => {
        remember(next);
        onChange(next);
      }}
    />
  );
}

/** The order of a list that has no headers to click. */
export function SortChoice({ order, onChange }: { readonly order: Order; readonly onChange: (order: Order) => void }) {
  return (
    <div className={styles.sort}>
      <SelectBox label="Sort by" className={styles.by} options={ORDERS} value={order.sort} onChange={(sort) => onChange({ sort, descending: false })} />
      <button type="button" aria-label={order.descending ? 'Descending; sort ascending' : 'Ascending; sort descending'} onClick={() => onChange({ ...order, descending: !order.descending })}>
        <span aria-hidden="true">{order.descending ? '↓' : '↑'}</span>
      </button>
    </div>
  );
}
