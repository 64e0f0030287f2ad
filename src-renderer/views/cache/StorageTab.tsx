import { useState } from 'react';
import type { CacheSummary, JobSummary, QuarantineItem } from '../../../src-main/contract/commands.ts';
import { FINDINGS, isFindingCode } from '../../../src-main/contract/findings.ts';
import { formatAgo, formatBytes, formatCount } from '../../lib/format.ts';
import { call } from '../../state/index.ts';
import { CommandLine } from '../../ui/CommandLine.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { TableHead } from '../../ui/TableHead.tsx';
import { ErrorNote } from './ErrorNote.tsx';
import styles from './StorageTab.module.css';
import { commandFor } from './commands.ts';
import type { StorageRow } from './storage-tables.ts';
import { storageTables } from './storage-tables.ts';
import { showFailure, showToast, tellChange } from './toasts.ts';
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
      <Quarantine cache={cache} isBusy={job !== undefined} revision={revision} nowMs={nowMs} />
    </div>
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

interface QuarantineProps {
  readonly cache: CacheSummary;
  readonly isBusy: boolean;
  readonly revision: string;
  readonly nowMs: number;
}

function Quarantine({ cache, isBusy, revision, nowMs }: QuarantineProps) {
  const [purging, setPurging] = useState<readonly QuarantineItem[] | null>(null);
  const [isWorking, setIsWorking] = useState(false);
  const { value, error } = useQuery(`quarantine ${cache.id}`, revision, () => call('quarantine.list', { cacheId: cache.id }));
  const act = async (work: () => Promise<string>): Promise<void> => {
    setIsWorking(true);
    try {
      showToast({ tone: 'done', text: `${cache.label}: ${await work()}` });
    } catch (problem) {
      showFailure(problem);
    }
    setIsWorking(false);
    tellChange();
  };
  const restore = (items: readonly QuarantineItem[]): Promise<void> =>
    act(async () => {
      const restored = await call('quarantine.restore', { cacheId: cache.id, ids: items.map((item) => item.id), replace: true });
      return `${formatCount(restored.length)} put back; a file that had the name meanwhile is set aside for it.`;
    });
  const purge = (items: readonly QuarantineItem[]): Promise<void> =>
    act(async () => {
      const purged = await call('quarantine.purge', { cacheId: cache.id, ids: items.map((item) => item.id) });
      return `${formatCount(purged.length)} deleted for good.`;
    });
  if (error !== undefined) return <ErrorNote error={error} />;
  const items = value ?? [];
  const bytes = items.reduce((sum, item) => sum + item.sizeBytes, 0);
  const isDisabled = isBusy || isWorking;
  return (
    <section className={styles.quarantine} aria-labelledby="quarantine-title">
      <header>
        <h2 id="quarantine-title">Quarantine</h2>
        <p className={styles.quiet}>{value === undefined ? 'Reading …' : items.length === 0 ? 'Nothing is set aside.' : `${formatCount(items.length)} set aside, ${formatBytes(bytes)}`}</p>
        {items.length > 0 && (
          <button type="button" className="button" data-size="small" data-tone="bad" disabled={isDisabled} onClick={() => setPurging(items)}>
            Delete all …
          </button>
        )}
      </header>
      {items.length > 0 && (
        <table>
          <TableHead columns={['Volume', 'Reason', 'Since', 'Size', { name: 'Actions', isHidden: true }]} />
          <tbody>
            {items.map((item) => (
              <tr key={item.id}>
                <th scope="row">
                  {item.name ?? item.file}
                  <small>{item.file}</small>
                </th>
                <td title={item.message}>{isFindingCode(item.code) ? FINDINGS[item.code].title : item.message}</td>
                <td>{formatAgo(item.quarantinedAtMs, nowMs)}</td>
                <td>{formatBytes(item.sizeBytes)}</td>
                <td>
                  <button type="button" className="button" data-size="small" disabled={isDisabled} aria-label={`Put ${item.name ?? item.file} back`} onClick={() => void restore([item])}>
                    Put back
                  </button>{' '}
                  <button type="button" className="button" data-size="small" disabled={isDisabled} aria-label={`Delete ${item.name ?? item.file} for good`} onClick={() => setPurging([item])}>
                    Delete …
                  </button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <CommandLine command={commandFor('quarantine ls', cache)} purpose="list the quarantine" />
      {purging !== null && (
        <PurgeDialog
          cache={cache}
          items={purging}
          onClose={() => setPurging(null)}
          onPurge={() => {
            void purge(purging);
            setPurging(null);
          }}
        />
      )}
    </section>
  );
}

interface PurgeDialogProps {
  readonly cache: CacheSummary;
  readonly items: readonly QuarantineItem[];
  readonly onClose: () => void;
  readonly onPurge: () => void;
}

/** The one thing here that cannot be undone. */
function PurgeDialog({ cache, items, onClose, onPurge }: PurgeDialogProps) {
  const bytes = items.reduce((sum, item) => sum + item.sizeBytes, 0);
  const ids = items.map((item) => item.id).slice(0, 3);
  return (
    <Dialog
      title="Delete for good?"
      onClose={onClose}
      actions={
        <button type="button" className="button" data-tone="bad" onClick={onPurge}>
          Delete {formatCount(items.length)}
        </button>
      }
    >
      <p>
        {formatCount(items.length)} quarantined {items.length === 1 ? 'file' : 'files'} ({formatBytes(bytes)}) of {cache.label}. This cannot be undone.
      </p>
      <CommandLine command={commandFor(`quarantine purge ${items.length > ids.length ? '--all' : ids.join(' ')}`, cache)} purpose="delete for good" />
    </Dialog>
  );
}
