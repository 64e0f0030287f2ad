import { useState } from 'react';
import type { CacheSummary, JobSummary } from '../../../src-main/contract/commands.ts';
import { hasRawFiles } from '../../kinds/config-parts.ts';
import { formatBytes, formatCount } from '../../lib/format.ts';
import { call } from '../../state/index.ts';
import { ErrorNote } from './ErrorNote.tsx';
import { GenerateDialog } from './dialogs.ts';
import { Quarantine } from './quarantine/Quarantine.tsx';
import styles from './StorageTab.module.css';
import type { StorageRow } from './storage-tables.ts';
import { storageTables } from './storage-tables.ts';
import { useQuery } from './use-query.ts';

interface StorageTabProps {
  readonly cache: CacheSummary;
  readonly job: JobSummary | undefined;
  readonly revision: string;
  readonly nowMs: number;
}

/** Where the space goes, and what is set aside. */
export function StorageTab({ cache, job, revision, nowMs }: StorageTabProps) {
  const shares = useQuery(`storage ${cache.id}`, revision, () => call('cache.storage', { cacheId: cache.id }));
  if (shares.error !== undefined) return <ErrorNote error={shares.error} />;
  if (shares.value === undefined) return <p className={styles.quiet}>Counting …</p>;
  const { byState, bySplit, byAge } = storageTables(shares.value);
  return (
    <div className={styles.storage}>
      <div className={styles.tables}>
        <ShareTable title="By state" rows={byState} />
        <ShareTable title="By split" rows={bySplit} />
        <ShareTable title="By age" rows={byAge} />
      </div>
      {hasRawFiles(cache.kind) && cache.configPath !== null && <RawFiles cache={cache} job={job} />}
      <Quarantine cache={cache} job={job} revision={revision} nowMs={nowMs} />
    </div>
  );
}

/** Raw volumes are often the larger part of a disk; those that Larder did not fetch go only where it is asked for. */
function RawFiles({ cache, job }: Pick<StorageTabProps, 'cache' | 'job'>) {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <>
      <section className={styles.raw} aria-labelledby="raw-title">
        <h2 id="raw-title">Raw files</h2>
        <p className={styles.quiet}>What Larder downloads goes when its entry was checked. Raw files you had before stay, unless they are removed here{job === undefined ? '' : `, when the ${job.command} that runs has ended`}.</p>
        <button type="button" className="button" data-size="small" disabled={job !== undefined} onClick={() => setIsOpen(true)}>
          Remove raw files …
        </button>
      </section>
      {isOpen && <GenerateDialog cache={cache} isCleaning onClose={() => setIsOpen(false)} />}
    </>
  );
}

function ShareTable({ title, rows }: { readonly title: string; readonly rows: readonly StorageRow[] }) {
  const most = Math.max(1, ...rows.map((row) => row.bytes));
  return (
    <table className={styles.shares}>
      <caption>{title}</caption>
      <thead className="visually-hidden">
        <tr>
          <th scope="col">{title}</th>
          <th scope="col">Entries</th>
          <th scope="col">Size</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.name}>
            <th scope="row">
              {row.name}
              <span className={styles.bar} aria-hidden="true">
                <span style={{ width: `${(row.bytes / most) * 100}%` }} />
              </span>
            </th>
            <td>{formatCount(row.entries)}</td>
            <td>{row.bytes === 0 ? '–' : formatBytes(row.bytes)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
