import { useState } from 'react';
import type { CacheSummary, JobSummary, QuarantineItem } from '../../../../src-main/contract/commands.ts';
import { formatBytes, formatCount } from '../../../lib/format.ts';
import { call } from '../../../state/index.ts';
import { CommandLine } from '../../../ui/CommandLine.tsx';
import { ErrorNote } from '../ErrorNote.tsx';
import styles from '../StorageTab.module.css';
import { commandFor } from '../commands.ts';
import { showFailure, showToast, tellChange } from '../toasts.ts';
import { useQuery } from '../use-query.ts';
import { PurgeDialog } from './PurgeDialog.tsx';
import { QuarantineTable } from './QuarantineTable.tsx';
import { RestoreDialog } from './RestoreDialog.tsx';

interface QuarantineProps {
  readonly cache: CacheSummary;
  /** What runs on the cache now. */
  readonly job: JobSummary | undefined;
  readonly revision: string;
  readonly nowMs: number;
}

/** What the open dialog asks about. */
interface Asked {
  readonly what: 'restore' | 'purge';
  readonly items: readonly QuarantineItem[];
}

/** What is set aside: put back, or deleted for good. */
export function Quarantine({ cache, job, revision, nowMs }: QuarantineProps) {
  const [asked, setAsked] = useState<Asked | null>(null);
  const [isWorking, setIsWorking] = useState(false);
  const { value, error } = useQuery(`quarantine ${cache.id}`, revision, () => call('quarantine.list', { cacheId: cache.id }));
  const act = async (work: () => Promise<string>): Promise<void> => {
    setAsked(null);
    setIsWorking(true);
    try {
      showToast({ tone: 'done', text: `${cache.label}: ${await work()}` });
    } catch (problem) {
      showFailure(problem);
    }
    setIsWorking(false);
    tellChange();
  };
  const restore = (ids: readonly string[]): Promise<void> =>
    act(async () => `${formatCount((await call('quarantine.restore', { cacheId: cache.id, ids, replace: true })).length)} put back; a file that had the name meanwhile is set aside for it.`);
  const purge = (ids: readonly string[]): Promise<void> => act(async () => `${formatCount((await call('quarantine.purge', { cacheId: cache.id, ids })).length)} deleted for good.`);
  if (error !== undefined) return <ErrorNote error={error} />;
  const items = value ?? [];
  // Deleting for good disturbs nobody who generates, and may be the room a job waits for.
  const disabled = { restore: job !== undefined || isWorking, purge: (job !== undefined && job.command !== 'generate' && job.command !== 'verify') || isWorking };
  const close = (): void => setAsked(null);
  return (
    <section className={styles.quarantine} aria-labelledby="quarantine-title">
      <header>
        <h2 id="quarantine-title">Quarantine</h2>
        <p className={styles.quiet}>{value === undefined ? 'Reading …' : items.length === 0 ? 'Nothing is set aside.' : `${formatCount(items.length)} set aside, ${formatBytes(items.reduce((sum, item) => sum + item.sizeBytes, 0))}`}</p>
        {items.length > 0 && (
          <>
            <button type="button" className="button" data-size="small" disabled={disabled.restore} onClick={() => setAsked({ what: 'restore', items })}>
              Put all back …
            </button>
            <button type="button" className="button" data-size="small" data-tone="bad" disabled={disabled.purge} onClick={() => setAsked({ what: 'purge', items })}>
              Delete all …
            </button>
          </>
        )}
      </header>
      {items.length > 0 && <QuarantineTable items={items} nowMs={nowMs} disabled={disabled} onAsk={(what, item) => setAsked({ what, items: [item] })} />}
      <CommandLine place="quarantine: list" command={commandFor('quarantine ls', cache)} purpose="list the quarantine" />
      {asked?.what === 'restore' && <RestoreDialog cache={cache} items={asked.items} onClose={close} onRestore={(ids) => void restore(ids)} />}
      {asked?.what === 'purge' && <PurgeDialog cache={cache} items={asked.items} onClose={close} onPurge={(ids) => void purge(ids)} />}
    </section>
  );
}
