import type { Dropped } from '../../../src-main/contract/dropped.ts';
import { formatCount } from '../../lib/format.ts';
import type { OneOfSeveral } from './drop-state.ts';
import { showOne, useDrop } from './drop-state.ts';
import styles from './Dropped.module.css';

/** Things that were dropped together: what each is, where it is cached, and the way to it. */
export function FoundSeveral() {
  const several = useDrop((state) => state.several);
  if (several === null) return null;
  const { items, count } = several;
  return (
    <>
      <div className={styles.scroll} tabIndex={0} role="region" aria-label="What was dropped">
        <table className={`${styles.table} ${styles.wrapped}`}>
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col">What it is</th>
              <th scope="col">Cached in</th>
              <th scope="col">
                <span className="visually-hidden">Next step</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {items.map((item, index) => (
              <Row key={index} item={item} />
            ))}
          </tbody>
        </table>
      </div>
      {count > items.length && <p className={styles.quiet}>The first {formatCount(items.length)} are looked at; the others were left alone.</p>}
    </>
  );
}

function Row({ item }: { readonly item: OneOfSeveral }) {
  const { name, dropped, why } = item;
  return (
    <tr>
      <th scope="row">{name}</th>
      {dropped === null ? (
        <td colSpan={3} className={styles.why}>
          {why ?? 'Looking …'}
        </td>
      ) : (
        <>
          <td>{wordsFor(dropped)}</td>
          <td>{cachesOf(dropped).join(', ') || '–'}</td>
          <td>
            {dropped.what !== 'unknown' && (
              <button type="button" className="button" data-size="small" aria-label={`${stepFor(dropped)} ${name}`} onClick={() => void showOne(item)}>
                {stepFor(dropped)}
              </button>
            )}
          </td>
        </>
      )}
    </tr>
  );
}

function wordsFor(dropped: Dropped): string {
  switch (dropped.what) {
    case 'config':
      return 'config';
    case 'folder':
      return dropped.holds === undefined ? 'folder' : dropped.holds === 'corpus' ? 'folder with lines of text' : 'folder with fonts';
    case 'list':
      return `list of ${formatCount(dropped.count)}`;
    case 'entry':
      return dropped.findings.some(({ severity }) => severity === 'error') ? '▲ entry, damaged' : dropped.facts === null ? 'entry, by its name' : 'entry, sound';
    case 'raw':
      return `NIfTI, ${dropped.shape.join(' × ')}`;
    case 'unknown':
      return 'nothing Larder knows';
    default:
      return dropped satisfies never;
  }
}

function cachesOf(dropped: Dropped): readonly string[] {
  if (dropped.what === 'list') return dropped.caches.map(({ label }) => label);
  return dropped.what === 'entry' || dropped.what === 'raw' ? dropped.places.map(({ label }) => label) : [];
}

function stepFor({ what }: Dropped): string {
  if (what === 'config') return 'Read';
  return what === 'folder' ? 'Open' : 'Show';
}
