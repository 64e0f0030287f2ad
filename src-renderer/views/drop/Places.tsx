import type { KnownPlace } from '../../../src-main/contract/dropped.ts';
import { cacheHash } from '../navigation/route.ts';
import { closeDrop } from './drop-state.ts';
import styles from './Dropped.module.css';

/** Caches that know an entry, each a way to it. */
export function Places({ places }: { readonly places: readonly KnownPlace[] }) {
  return (
    <ul className={styles.places} aria-label="Known caches">
      {places.map(({ cacheId, label, key, name, state }) => (
        <li key={cacheId}>
          <a href={cacheHash(cacheId, 'items', key)} onClick={closeDrop}>
            Open in {label}
          </a>{' '}
          <span className={styles.quiet}>
            {name === null ? '' : `${name}, `}
            {state}
          </span>
        </li>
      ))}
    </ul>
  );
}
