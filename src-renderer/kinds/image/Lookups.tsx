import { useEffect, useState } from 'react';
import type { HitGroup, HitReport } from '../../../src-main/contract/hits.ts';
import { formatCount, formatSeconds } from '../../lib/format.ts';
import { call } from '../../state/index.ts';
import type { HistoryPartProps } from '../history-parts.ts';
import styles from './Lookups.module.css';

/** What training found in the cache and what it had to draw itself, as `larder_hits.py` counted it. */
export function ImageLookups({ cacheId, revision }: HistoryPartProps) {
  const [report, setReport] = useState<HitReport | null>(null);
  useEffect(() => {
    let isWanted = true;
    call('cache.hits', { cacheId }).then(
      (found) => isWanted && setReport(found),
      () => isWanted && setReport(null),
    );
    return () => {
      isWanted = false;
    };
  }, [cacheId, revision]);
  if (report === null) return null;
  const { total, bySplit, byFont, byEpoch, byMinute, unreadableLines } = report;
  return (
    <section className={styles.lookups} aria-labelledby="lookups-title">
      <h2 id="lookups-title">Lookups of the training</h2>
      {total.hits + total.misses === 0 ? (
        <p className={styles.quiet}>
          Nothing was counted yet. Copy <code>resources/python/larder_hits.py</code> beside the training script and add two lines: <code>import larder_hits</code> and <code>hits = larder_hits.watch(image_cache, split="train")</code>; with <code>for hits.epoch in range(epochs)</code> it is counted by epoch, too. A lookup then costs a few microseconds more.
        </p>
      ) : (
        <>
          <p className={styles.total}>
            <strong>{shareWords(total)}</strong> of {formatCount(total.hits + total.misses)} lookups were hits{total.secondsSaved === null ? '' : `; the cache saved ${savedWords(total.secondsSaved)}`}.
          </p>
          <div className={styles.tables}>
            <Groups title="Split" groups={bySplit} />
            <Groups title="Epoch" groups={byEpoch} />
            <Groups title="Font" groups={byFont} />
            {byMinute.length > 1 && <Groups title="Minute" groups={byMinute.map((group) => ({ ...group, name: minuteWords(group.name) }))} />}
          </div>
          {unreadableLines > 0 && <p className={styles.quiet}>{formatCount(unreadableLines)} lines of the logs could not be read.</p>}
        </>
      )}
    </section>
  );
}

/** Never rounded up to what it is not: `99.9 %` until every lookup was a hit. */
function shareWords({ hits, misses }: HitGroup): string {
  const all = hits + misses;
  return all === 0 ? '–' : misses === 0 ? '100 %' : `${(Math.floor((hits / all) * 1000) / 10).toFixed(1)} %`;
}

function savedWords(seconds: number): string {
  return seconds < 9.95 ? `${seconds.toFixed(1)} s` : formatSeconds(seconds);
}

/** As the clock here shows it. */
function minuteWords(iso: string): string {
  return new Date(iso).toLocaleString('en-GB', { day: '2-digit', month: 'short', hour: '2-digit', minute: '2-digit' });
}

const SHOWN_MAX = 50;

function Groups({ title, groups }: { readonly title: string; readonly groups: readonly HitGroup[] }) {
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">{title}</th>
          <th scope="col">Hits</th>
          <th scope="col">Misses</th>
          <th scope="col">Share</th>
          <th scope="col">Saved</th>
        </tr>
      </thead>
      <tbody>
        {groups.slice(-SHOWN_MAX).map((group) => (
          <tr key={group.name}>
            <th scope="row">{group.name}</th>
            <td>{formatCount(group.hits)}</td>
            <td className={group.misses > 0 ? styles.missed : undefined}>{formatCount(group.misses)}</td>
            <td>
              <span className={styles.bar} aria-hidden="true">
                <span style={{ width: `${(100 * group.hits) / Math.max(1, group.hits + group.misses)}%` }} />
              </span>
              {shareWords(group)}
            </td>
            <td>{group.secondsSaved === null ? '–' : savedWords(group.secondsSaved)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
