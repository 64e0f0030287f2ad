import type { CacheSummary } from '../../../src-main/contract/commands.ts';
import { formatAgo, formatCount } from '../../lib/format.ts';
import styles from './CacheCard.module.css';

/** Shape, word and colour say the same. */
function verdictOf(cache: CacheSummary): { readonly mark: string; readonly word: string; readonly tone: string | undefined } {
  if (cache.isGone) return { mark: '◆', word: 'not there', tone: styles.quiet };
  if (cache.damaged > 0) return { mark: '▲', word: `${formatCount(cache.damaged)} damaged`, tone: styles.bad };
  if (cache.lastVerifiedAtMs === null) return { mark: '○', word: 'not verified', tone: styles.quiet };
  return { mark: '●', word: 'sound', tone: styles.good };
}

export function Health({ cache, nowMs }: { readonly cache: CacheSummary; readonly nowMs: number }) {
  const { mark, word, tone } = verdictOf(cache);
  return (
    <div className={styles.figure}>
      <dt>{cache.lastVerifiedAtMs === null ? 'health' : `verified ${formatAgo(cache.lastVerifiedAtMs, nowMs)}`}</dt>
      <dd className={tone}>
        <span aria-hidden="true">{mark} </span>
        {word}
      </dd>
    </div>
  );
}
