import { SelectBox } from '../../../ui/SelectBox.tsx';
import styles from './ViewSwitch.module.css';
import type { Order } from './columns.ts';
import { SORTABLE } from './columns.ts';

const ORDERS = SORTABLE.map(({ sort, title }) => ({ value: sort, title }));

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
