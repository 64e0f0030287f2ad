import { useState } from 'react';
import type { CacheSummary, JobSummary } from '../../../../src-main/contract/commands.ts';
import type { Quarantined } from '../../../../src-main/contract/methods.ts';
import { CHOSEN_MAX } from '../../../../src-main/contract/methods.ts';
import { rowFormFor } from '../../../kinds/registry.ts';
import { formatBytes, formatCount } from '../../../lib/format.ts';
import { call } from '../../../state/index.ts';
import { CommandLine } from '../../../ui/CommandLine.tsx';
import { useKeptFocus } from '../../../ui/use-kept-focus.ts';
import { ErrorNote } from '../ErrorNote.tsx';
import styles from '../StorageTab.module.css';
import { commandFor } from '../commands.ts';
import { showFailure, showToast, tellChange } from '../toasts.ts';
import { useQuery } from '../use-query.ts';
import { PurgeDialog } from './PurgeDialog.tsx';
import type { Chosen } from './chosen.ts';
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
interface Asked extends Chosen {
  readonly what: 'restore' | 'purge';
}

/** The newest are asked for, and so many more each time; of a few at first the screen is soon there. */
const SHOWN_FIRST = 200;
const SHOWN_MORE = 2_000;

/** What is set aside: put back, or deleted for good. */
export function Quarantine({ cache, job, revision, nowMs }: QuarantineProps) {
  const [asked, setAsked] = useState<Asked | null>(null);
  const [isWorking, setIsWorking] = useState(false);
  const [limit, setLimit] = useState(SHOWN_FIRST);
  const kept = useKeptFocus();
  const { value, error } = useQuery(`quarantine ${cache.id}`, `${revision} ${limit}`, () => call('quarantine.list', { cacheId: cache.id, limit }));
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
  const restore = (what: Quarantined): Promise<void> =>
    act(async () => `${formatCount((await call('quarantine.restore', { cacheId: cache.id, ...what, replace: true })).count)} put back; a file that had the name meanwhile is set aside for it.`);
  const purge = (what: Quarantined): Promise<void> => act(async () => `${formatCount((await call('quarantine.purge', { cacheId: cache.id, ...what })).count)} deleted for good.`);
  if (error !== undefined) return <ErrorNote error={error} />;
  const { items, count, bytes } = value ?? { items: [], count: 0, bytes: 0 };
  const all: Chosen = { items, count, bytes };
  // Deleting for good disturbs nobody who generates, and may be the room a job waits for.
  const disabled = { restore: job !== undefined || isWorking, purge: (job !== undefined && job.command !== 'generate' && job.command !== 'verify') || isWorking };
  const close = (): void => setAsked(null);
  return (
    <section className={styles.quarantine} aria-labelledby="quarantine-title" {...kept}>
      <header>
        <h2 id="quarantine-title">Quarantine</h2>
        <p className={styles.quiet}>{value === undefined ? 'Reading …' : count === 0 ? 'Nothing is set aside.' : `${formatCount(count)} set aside, ${formatBytes(bytes)}${job === undefined ? '' : `; to be put back when the ${job.command} that runs has ended`}`}</p>
        {items.length > 0 && (
          <>
            <button type="button" className="button" data-size="small" disabled={disabled.restore} onClick={() => setAsked({ what: 'restore', ...all })}>
              Put all back …
            </button>
            <button type="button" className="button" data-size="small" data-tone="bad" disabled={disabled.purge} onClick={() => setAsked({ what: 'purge', ...all })}>
              Delete all …
            </button>
          </>
        )}
      </header>
      {items.length > 0 && <QuarantineTable title={rowFormFor(cache.kind)?.title ?? 'Volume'} items={items} nowMs={nowMs} disabled={disabled} onAsk={(what, item) => setAsked({ what, items: [item], count: 1, bytes: item.sizeBytes })} />}
      {count > items.length && (
        <p className={styles.more}>
          The newest {formatCount(items.length)} of {formatCount(count)}.{' '}
          {limit < CHOSEN_MAX && (
            <button type="button" className="button" data-size="small" onClick={() => setLimit(Math.min(CHOSEN_MAX, limit + SHOWN_MORE))}>
              Show {formatCount(Math.min(SHOWN_MORE, count - items.length, CHOSEN_MAX - limit))} more
            </button>
          )}
        </p>
      )}
      <CommandLine place="quarantine: list" command={commandFor('quarantine ls', cache)} purpose="list the quarantine" />
      {asked?.what === 'restore' && <RestoreDialog cache={cache} chosen={asked} onClose={close} onRestore={(what) => void restore(what)} />}
      {asked?.what === 'purge' && <PurgeDialog cache={cache} chosen={asked} onClose={close} onPurge={(what) => void purge(what)} />}
    </section>
  );
}
