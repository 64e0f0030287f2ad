import { create } from 'zustand';
import type { Finding, FoundGroup, Severity } from '../../../src-main/contract/findings.ts';
import { FOUND_NEWEST_MAX } from '../../../src-main/contract/findings.ts';
import { onEngineEvents, onFoundBefore } from '../../state/index.ts';

export type LiveGroups = readonly FoundGroup[];

const ORDER: Readonly<Record<Severity, number>> = { error: 0, warning: 1, information: 2 };
const NOTHING: LiveGroups = [];

/** Groups with more findings in them; errors first, then the most of them. */
export function withFindings(groups: LiveGroups, found: readonly Finding[]): LiveGroups {
  const byName = new Map(groups.map((group) => [`${group.severity} ${group.code}`, group]));
  for (const finding of found) {
    const name = `${finding.severity} ${finding.code}`;
    const before = byName.get(name);
    byName.set(name, { code: finding.code, severity: finding.severity, count: (before?.count ?? 0) + 1, newest: [finding, ...(before?.newest ?? [])].slice(0, FOUND_NEWEST_MAX) });
  }
  return inOrder(byName.values());
}

function inOrder(groups: Iterable<FoundGroup>): LiveGroups {
  return Array.from(groups).sort((a, b) => ORDER[a.severity] - ORDER[b.severity] || b.count - a.count);
}

const useLive = create<{ readonly jobs: ReadonlyMap<string, LiveGroups> }>(() => ({ jobs: new Map() }));

/** Gathers what jobs find, whichever screen is open, and what they found before the page was there. @returns ends it */
export function followFindings(): () => void {
  const stopBefore = onFoundBefore((found) => useLive.setState({ jobs: new Map(Object.entries(found).map(([jobId, groups]) => [jobId, inOrder(groups)])) }));
  const stopEvents = onEngineEvents((events) => {
    const before = useLive.getState().jobs;
    const jobs = new Map(before);
    let isChanged = false;
    const found = new Map<string, Finding[]>();
    for (const event of events) {
      if (event.type === 'findingFound') found.set(event.jobId, [...(found.get(event.jobId) ?? []), event.finding]);
      if (event.type === 'jobEnded') {
        found.delete(event.jobId);
        isChanged = jobs.delete(event.jobId) || isChanged;
      }
    }
    for (const [jobId, findings] of found) jobs.set(jobId, withFindings(jobs.get(jobId) ?? NOTHING, findings));
    if (isChanged || found.size > 0) useLive.setState({ jobs });
  });
  return () => {
    stopBefore();
    stopEvents();
  };
}

/** What a running job has found so far. */
export function useLiveFindings(jobId: string | undefined): LiveGroups {
  return useLive((state) => (jobId === undefined ? NOTHING : (state.jobs.get(jobId) ?? NOTHING)));
}

export function countOf(groups: LiveGroups): number {
  return groups.reduce((sum, group) => sum + group.count, 0);
}
