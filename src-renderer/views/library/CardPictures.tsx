import type { CacheSummary } from '../../../src-main/contract/commands.ts';
import { picturesFor } from '../../kinds/registry.ts';
import { call } from '../../state/index.ts';
import { useQuery } from '../cache/use-query.ts';
import styles from './CardPictures.module.css';

/** Beyond this many times as wide as high, pictures stand in two rows. */
const WIDE = 2;

/** What is in a cache, at a glance: some of its pictures in one row, as many as there is room for. Decoration: it has no words of its own. */
export function CardPictures({ cache }: { readonly cache: CacheSummary }) {
  const { value } = useQuery(String(cache.id), cache.present, () => call('cache.sample', { cacheId: cache.id }));
  const { Picture, tile } = picturesFor(cache.kind);
  if (cache.present === 0 || cache.isGone) return null;
  return (
    <div className={tile.minWidth / tile.height > WIDE ? styles.wide : styles.strip} aria-hidden="true">
      {value?.map((row) => (
        <span key={row.key} className={styles.picture}>
          <Picture cacheId={cache.id} row={row} size="tile" />
        </span>
      ))}
    </div>
  );
}
