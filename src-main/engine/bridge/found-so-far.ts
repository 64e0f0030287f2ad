import type { EngineEvent } from '../../contract/events.ts';
import type { Finding, FoundGroup } from '../../contract/findings.ts';
import { FOUND_NEWEST_MAX } from '../../contract/findings.ts';

interface Counted {
  count: number;
  /** Newest last. */
  readonly newest: Finding[];
}

/** Counts what running jobs find, for windows that are opened meanwhile. */
export class FoundSoFar {
  readonly #jobs = new Map<string, Map<string, Counted>>();

  add(event: EngineEvent): void {
    if (event.type === 'jobEnded') this.drop(event.jobId);
    if (event.type !== 'findingFound') return;
    const groups = this.#jobs.get(event.jobId) ?? new Map<string, Counted>();
    this.#jobs.set(event.jobId, groups);
    const name = `${event.finding.severity} ${event.finding.code}`;
    const group = groups.get(name) ?? { count: 0, newest: [] };
    groups.set(name, group);
    group.count++;
    group.newest.push(event.finding);
    if (group.newest.length > FOUND_NEWEST_MAX) group.newest.shift();
  }

  /** Of a job that runs no more. */
  drop(jobId: string): void {
    this.#jobs.delete(jobId);
  }

  /** By the number of the job; in no order. */
  groups(): Readonly<Record<string, readonly FoundGroup[]>> {
    return Object.fromEntries(Array.from(this.#jobs, ([jobId, groups]) => [jobId, Array.from(groups.values(), toGroup)]));
  }
}

function toGroup({ count, newest }: Counted): FoundGroup {
  const { code, severity } = newest[0]!;
  return { code, severity, count, newest: newest.toReversed() };
}
