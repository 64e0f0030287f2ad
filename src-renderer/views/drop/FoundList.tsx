import { useState } from 'react';
import type { ListDocumentName } from '../../../src-main/contract/documents.ts';
import type { Dropped } from '../../../src-main/contract/dropped.ts';
import { formatBytes, formatCount, shellWord } from '../../lib/format.ts';
import type { Saved } from '../../state/index.ts';
import { saveFile, usePage } from '../../state/index.ts';
import { CommandLine } from '../../ui/CommandLine.tsx';
import { ErrorNote } from '../cache/ErrorNote.tsx';
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
      {list.count > list.items.length && <p className={styles.quiet}>The first {formatCount(list.items.length)} are shown; what is saved has all of them.</p>}
      <SaveMap listId={list.listId} />
      {list.path === null ? (
        <p className={styles.quiet}>The page was given its text and not its place: there is no command that names it. Choose or type its path where Larder runs for one.</p>
      ) : (
        <CommandLine place="dropped: list" command={`larder map --csv-path ${shellWord(list.path)} --output-path hash_map.json`} purpose="write which hash is which volume" />
      )}
    </>
  );
}

/** The whole mapping as a file, as `larder map` writes it. */
function SaveMap({ listId }: { readonly listId: string }) {
  const [error, setError] = useState<Error>();
  const [saved, setSaved] = useState('');
  const [reveal, setReveal] = useState<Saved['reveal']>();
  const save = async (name: ListDocumentName): Promise<void> => {
    setError(undefined);
    setSaved('');
    setReveal(undefined);
    try {
      const saved = await saveFile(`/_data/list/${listId}/${name}`, name);
      if (saved === undefined) return;
      setSaved(`✓ ${name} saved, ${formatBytes(saved.bytes)}`);
      setReveal(() => saved.reveal);
    } catch (problem) {
      setError(problem instanceof Error ? problem : new Error(String(problem)));
    }
  };
  return (
    <>
      <div className={styles.save}>
        <button type="button" className="button" onClick={() => void save('hash_map.json')}>
          Save as JSON …
        </button>
        <button type="button" className="button" onClick={() => void save('hash_map.csv')}>
          Save as CSV …
        </button>
        <span role="status" className={styles.quiet}>
          {saved}
        </span>
        {reveal !== undefined && (
          <button type="button" className="button" data-size="small" onClick={() => void reveal()}>
            Show in folder
          </button>
        )}
      </div>
      {error !== undefined && <ErrorNote error={error} />}
    </>
  );
}
