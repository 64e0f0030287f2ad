import { create } from 'zustand';
import type { Finding, FindingCode, Severity } from '../../../src-main/contract/findings.ts';
import { onEngineEvents } from '../../state/index.ts';

/** Findings of one code and severity that a running job has found so far. */
export interface LiveGroup {
  readonly code: FindingCode;
  readonly severity: Severity;
  readonly count: number;
  /** The newest first, a few of them. */
  readonly newest: readonly Finding[];
}

export type LiveGroups = readonly LiveGroup[];

const NEWEST_SHOWN = 20;
const ORDER: Readonly<Record<Severity, number>> = { error: 0, warning: 1, information: 2 };
const NOTHING: LiveGroups = [];

/** Groups with more findings in them; errors first, then the most of them. */
export function withFindings(groups: LiveGroups, found: readonly Finding[]): LiveGroups {
  const byName = new Map(groups.map((group) => [`${group.severity} ${group.code}`, group]));
  for (const finding of found) {
    const name = `${finding.severity} ${finding.code}`;
    const before = byName.get(name);
    byName.set(name, { code: finding.code, severity: finding.severity, count: (before?.count ?? 0) + 1, newest: [finding, ...(before?.newest ?? [])].slice(0, NEWEST_SHOWN) });
  }
  return Array.from(byName.values()).sort((a, b) => ORDER[a.severity] - ORDER[b.severity] || b.count - a.count);
}

const useLive = create<{ readonly jobs: ReadonlyMap<string, LiveGroups> }>(() => ({ jobs: new Map() }));

/** Gathers what jobs find, whichever screen is open. What was found before the page was there is told when the job ends. @returns ends it */
export function followFindings(): () => void {
  return onEngineEvents((events) => {
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
}

/** What a running job has found so far. */
export function useLiveFindings(jobId: string | undefined): LiveGroups {
  return useLive((state) => (jobId === undefined ? NOTHING : (state.jobs.get(jobId) ?? NOTHING)));
}

export function countOf(groups: LiveGroups): number {
  return groups.reduce((sum, group) => sum + group.count, 0);
}
