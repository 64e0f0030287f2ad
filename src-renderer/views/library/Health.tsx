import type { CacheSummary } from '../../../src-main/contract/commands.ts';
import styles from './CacheCard.module.css';
import { healthOf, verifiedWords } from '../cache/health-words.ts';

export function Health({ cache, nowMs }: { readonly cache: CacheSummary; readonly nowMs: number }) {
  const { mark, word, tone } = healthOf(cache);
  return (
    <div className={styles.figure}>
      <dt>{verifiedWords(cache, nowMs) ?? 'health'}</dt>
      <dd className={styles[tone]}>
        <span aria-hidden="true">{mark} </span>
        {word}
      </dd>
    </div>
  );
}
