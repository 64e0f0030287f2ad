import styles from './ViewSwitch.module.css';
import type { Order, SortKey } from './columns.ts';
import { SORTABLE } from './columns.ts';

export type ItemsView = 'table' | 'gallery';

const VIEWS: readonly { readonly id: ItemsView; readonly title: string }[] = [
  { id: 'table', title: 'Table' },
  { id: 'gallery', title: 'Gallery' },
];
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
    <div className={styles.switch} role="group" aria-label="Show items as">
      {VIEWS.map(({ id, title }) => (
        <button
          key={id}
          type="button"
          aria-pressed={view === id}
          onClick={() => {
            remember(id);
            onChange(id);
          }}
        >
          {title}
        </button>
      ))}
    </div>
  );
}

/** The order of a list that has no headers to click. */
export function SortChoice({ order, onChange }: { readonly order: Order; readonly onChange: (order: Order) => void }) {
  return (
    <div className={styles.sort}>
      <select aria-label="Sort by" value={order.sort} onChange={(event) => onChange({ sort: SORTABLE.find(({ sort }) => sort === event.target.value)?.sort ?? order.sort, descending: false })}>
        {SORTABLE.map(({ sort, title }: { readonly sort: SortKey; readonly title: string }) => (
          <option key={sort} value={sort}>
            {title}
          </option>
        ))}
      </select>
      <button type="button" aria-label={order.descending ? 'Descending; sort ascending' : 'Ascending; sort descending'} onClick={() => onChange({ ...order, descending: !order.descending })}>
        <span aria-hidden="true">{order.descending ? '↓' : '↑'}</span>
      </button>
    </div>
  );
}
