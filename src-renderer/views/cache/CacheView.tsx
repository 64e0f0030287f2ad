import { useEffect, useState } from 'react';
import type { CacheOverview, CacheSummary, JobSummary } from '../../../src-main/contract/commands.ts';
import { formatCount } from '../../lib/format.ts';
import { useNow } from '../../lib/use-now.ts';
import type { Mirror } from '../../state/index.ts';
import { call, runningJobs } from '../../state/index.ts';
import type { Route } from '../navigation/route.ts';
import { CACHE_TABS, cacheHash } from '../navigation/route.ts';
import { Tabs } from '../../ui/Tabs.tsx';
import { CacheHeader } from './CacheHeader.tsx';
import styles from './CacheView.module.css';
import { ErrorNote } from './ErrorNote.tsx';
import { useLiveFindings } from './live-findings.ts';
import { ItemsTab } from './items/ItemsTab.tsx';
import { LearnStrip } from './learn/LearnStrip.tsx';
import { FindingsTab, HistoryTab, ParametersTab, StorageTab } from './tabs.ts';
import { useQuery } from './use-query.ts';
import { useRevision } from './use-revision.ts';

type CacheRoute = Extract<Route, { screen: 'cache' }>;

interface CacheViewProps {
  readonly mirror: Mirror;
  readonly cache: CacheSummary;
  readonly route: CacheRoute;
}

/** One cache: what is there, what is wrong, what can be done. */
export function CacheView({ mirror, cache, route }: CacheViewProps) {
  const nowMs = useNow();
  const job = runningJobs(mirror).find((candidate) => candidate.directory === cache.directory);
  const { refreshed, error } = useRefresh(cache.id);
  const revision = `${refreshed} ${useRevision(mirror, cache)}`;
  const overview = useQuery(`overview ${cache.id}`, revision, () => call('cache.overview', { cacheId: cache.id }));
  const open = useOpenFindings(overview.value, job);
  const tabs = CACHE_TABS.map((tab) => ({ value: tab, href: cacheHash(cache.id, tab), title: tab === 'findings' ? <FindingsTitle open={open} /> : tab }));
  return (
    <section className={styles.view} aria-label={cache.label}>
      <CacheHeader cache={cache} overview={overview.value} job={job} jobs={mirror.jobs} nowMs={nowMs} />
      {error !== null && !cache.isGone && (
        <div className={styles.problem}>
          <ErrorNote error={error} />
        </div>
      )}
      {cache.isSample && <LearnStrip cache={cache} overview={overview.value} job={job} jobs={mirror.jobs} isLooking={route.entryKey !== null} />}
      <Tabs label="Parts of the cache" tabs={tabs} current={route.tab} className={styles.parts} panelClassName={route.tab === 'items' ? styles.full : styles.body}>
        <TabBody mirror={mirror} cache={cache} overview={overview.value} job={job} route={route} revision={revision} nowMs={nowMs} />
      </Tabs>
    </section>
  );
}

/** Files may have changed since anybody looked: the rows are brought in line once for each visit. */
function useRefresh(cacheId: number): { readonly refreshed: number; readonly error: Error | null } {
  const [state, setState] = useState<{ readonly refreshed: number; readonly error: Error | null }>({ refreshed: 0, error: null });
  useEffect(() => {
    let isCurrent = true;
    call('cache.refresh', { cacheId }).then(
      () => isCurrent && setState(({ refreshed }) => ({ refreshed: refreshed + 1, error: null })),
      (error: unknown) => isCurrent && setState(({ refreshed }) => ({ refreshed, error: error instanceof Error ? error : new Error(String(error)) })),
    );
    return () => {
      isCurrent = false;
    };
  }, [cacheId]);
  return state;
}

/** How many there are that somebody should do something about; while a job looks, what it has found so far. */
function useOpenFindings(overview: CacheOverview | undefined, job: JobSummary | undefined): number {
  const live = useLiveFindings(job?.id).reduce((sum, group) => sum + (group.severity === 'information' ? 0 : group.count), 0);
  const known = overview?.findings.reduce((sum, group) => sum + (group.severity === 'information' ? 0 : group.count), 0) ?? 0;
  return Math.max(known, live);
}

function FindingsTitle({ open }: { readonly open: number }) {
  return (
    <>
      findings
      {open > 0 && <span className={styles.badge}>{formatCount(open)}</span>}
    </>
  );
}

interface TabBodyProps {
  readonly mirror: Mirror;
  readonly cache: CacheSummary;
  readonly overview: CacheOverview | undefined;
  readonly job: JobSummary | undefined;
  readonly route: CacheRoute;
  readonly revision: string;
  readonly nowMs: number;
}

function TabBody({ mirror, cache, overview, job, route, revision, nowMs }: TabBodyProps) {
  switch (route.tab) {
    case 'items':
      return <ItemsTab key={cache.id} cache={cache} overview={overview} job={job} entryKey={route.entryKey} revision={revision} nowMs={nowMs} />;
    case 'findings':
      return <FindingsTab cache={cache} overview={overview} job={job} revision={revision} nowMs={nowMs} />;
    case 'parameters':
      return <ParametersTab cache={cache} />;
    case 'storage':
      return <StorageTab cache={cache} job={job} revision={revision} nowMs={nowMs} />;
    case 'history':
      return <HistoryTab cache={cache} jobs={mirror.jobs} />;
  }
}
