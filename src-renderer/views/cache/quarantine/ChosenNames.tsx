import { formatCount } from '../../../lib/format.ts';
import styles from '../Dialogs.module.css';
import type { Chosen } from './chosen.ts';

const NAMES_SHOWN = 20;

/** Which files a dialog asks about. */
export function ChosenNames({ chosen: { items, count } }: { readonly chosen: Chosen }) {
  return (
    <ul className={styles.list} tabIndex={0} aria-label="Names">
      {items.slice(0, NAMES_SHOWN).map((item) => (
        <li key={item.id}>{item.name ?? item.file}</li>
      ))}
      {count > NAMES_SHOWN && <li>and {formatCount(count - NAMES_SHOWN)} more</li>}
    </ul>
  );
}
