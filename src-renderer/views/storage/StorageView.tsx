import { useMemo, useState } from 'react';
import { formatBytes, formatCount } from '../../lib/format.ts';
import type { Mirror } from '../../state/index.ts';
import { useKeptFocus } from '../../ui/use-kept-focus.ts';
import { Segments } from '../../ui/Segments.tsx';
import { ErrorNote } from '../cache/ErrorNote.tsx';
import { useOwnChanges } from '../cache/toasts.ts';
import { ClearDialog } from '../cache/dialogs.ts';
import { DiskTable } from './DiskTable.tsx';
import { GroupTable } from './GroupTable.tsx';
import type { Group, Grouping } from './groups.ts';
import { GROUPINGS, groupShares } from './groups.ts';
import styles from './StorageView.module.css';
import { Treemap } from './Treemap.tsx';
import { useDisk } from './use-disk.ts';

/** Where the disk goes, over all caches: what the entries are, and what the folders really take. */
export function StorageView({ mirror }: { readonly mirror: Mirror }) {
  const [grouping, setGrouping] = useState<Grouping>('cache');
  const [chosen, setChosen] = useState<string | null>(null);
  const [clearing, setClearing] = useState<Group | null>(null);
  const [asked, setAsked] = useState(0);
  const kept = useKeptFocus();
  const disk = useDisk(mirror.library, useStorageRevision(mirror, asked));
  const groups = useMemo(() => {
    const all = mirror.library.flatMap((cache) => {
      const measured = disk.caches.get(cache.id);
      return measured === undefined ? [] : [{ cache, shares: measured.shares }];
    });
    return groupShares(all, grouping);
  }, [mirror.library, disk.caches, grouping]);
  return (
    <section className={styles.view} aria-labelledby="storage-title" {...kept}>
      <header className={styles.head}>
        <h1 id="storage-title">Storage</h1>
        <p className={styles.quiet} role="status">
          {disk.isMeasuring ? 'Measuring …' : `${formatBytes(groups.reduce((sum, group) => sum + group.bytes, 0))} of entries in ${formatCount(mirror.library.length)} ${mirror.library.length === 1 ? 'cache' : 'caches'}`}
        </p>
        <button type="button" className={`button ${styles.again}`} data-size="small" disabled={disk.isMeasuring} onClick={() => setAsked(asked + 1)}>
          Measure again
        </button>
      </header>
      {disk.error !== undefined && <ErrorNote error={disk.error} />}
      {mirror.library.length > 0 && (
        <>
          <Groupings grouping={grouping} onChange={setGrouping} />
          <div className={styles.columns}>
            <GroupTable grouping={grouping} groups={groups} chosen={chosen} onChoose={setChosen} onClear={setClearing} />
            <Treemap groups={groups} label={`Entries by ${grouping}`} chosen={chosen} onChoose={setChosen} />
          </div>
        </>
      )}
      <DiskTable library={mirror.library} disk={disk} />
      {clearing !== null && <ClearDialog group={clearing} library={mirror.library} onClose={() => setClearing(null)} />}
    </section>
  );
}

/** Changes when a job ended, when this page changed files, and when it was asked for. */
function useStorageRevision(mirror: Mirror, asked: number): string {
  const changes = useOwnChanges((state) => state.changes);
  const ended = mirror.jobs.find((job) => job.endedAtMs !== null);
  return `${asked} ${changes} ${mirror.library.map((cache) => cache.id).join(',')} ${ended?.id} ${ended?.endedAtMs}`;
}

function Groupings({ grouping, onChange }: { readonly grouping: Grouping; readonly onChange: (grouping: Grouping) => void }) {
  return (
    <div className={styles.groupings}>
      <span aria-hidden="true">Entries by</span>
      <Segments label="Entries by" look="pills" segments={GROUPINGS.map((name) => ({ value: name, title: name }))} value={grouping} onChange={onChange} />
    </div>
  );
}
