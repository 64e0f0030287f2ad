import type { Dropped } from '../../../src-main/contract/dropped.ts';
import { formatCount, shellWord } from '../../lib/format.ts';
import { usePage } from '../../state/index.ts';
import { CommandLine } from '../../ui/CommandLine.tsx';
import { cacheHash } from '../navigation/route.ts';
import { closeDrop } from './drop-state.ts';
import styles from './Dropped.module.css';

/** Which hash is which volume, and which known cache has it. */
export function FoundList({ list }: { readonly list: Extract<Dropped, { readonly what: 'list' }> }) {
  const library = usePage((state) => state.mirror.library);
  const labelOf = (id: number): string => library.find((cache) => cache.id === id)?.label ?? String(id);
  return (
    <>
      <p className={styles.lead}>
        A list of {formatCount(list.count)} {list.count === 1 ? 'volume' : 'volumes'}. {list.caches.length === 0 ? 'No known cache has any of them.' : ''}
      </p>
      {list.caches.length > 0 && (
        <ul className={styles.places} aria-label="Caches that have them">
          {list.caches.map(({ cacheId, label, present }) => (
            <li key={cacheId}>
              <a href={cacheHash(cacheId)} onClick={closeDrop}>
                {label}
              </a>{' '}
              has {formatCount(present)} of {formatCount(list.count)}
            </li>
          ))}
        </ul>
      )}
      <div className={styles.scroll} tabIndex={0} role="region" aria-label="Volumes of the list">
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">Volume</th>
              <th scope="col">Hash</th>
              <th scope="col">Cached in</th>
            </tr>
          </thead>
          <tbody>
            {list.items.map((item) => (
              <tr key={item.key}>
                <th scope="row">{item.name}</th>
                <td>
                  <code>{item.key}</code>
                </td>
                <td>
                  {item.cacheIds.length === 0
                    ? '–'
                    : item.cacheIds.map((id) => (
                        <a key={id} href={cacheHash(id, 'items', item.key)} onClick={closeDrop}>
                          {labelOf(id)}
                        </a>
                      ))}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {list.count > list.items.length && <p className={styles.quiet}>The first {formatCount(list.items.length)} are shown; the command writes all of them.</p>}
      <CommandLine place="dropped: list" command={`larder map --csv-path ${shellWord(list.path ?? list.name)} --output-path hash_map.json`} purpose="write which hash is which volume" />
    </>
  );
}
