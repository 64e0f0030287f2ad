import type { Violations } from '../campaign.ts';
import type { Draw } from '../draw.ts';
import { isCounted } from './fault.ts';
import type { FaultKind, FaultRole } from './fault.ts';
import type { NotedRun } from './note-calls.ts';
import { rootOf, runFault } from './run-fault.ts';
import type { FaultRun } from './run-fault.ts';
import type { Stage } from './stage.ts';

/** Faults of the small dose. */
export interface Walk {
  readonly kinds: readonly FaultKind[];
  readonly roles: readonly FaultRole[];
  readonly isLasting: boolean;
  /** Calls that are tried, of each kind in each process. */
  readonly tries: number;
  /** Only what is about the second item fails. */
  readonly isOneItem?: boolean;
}

export interface WalkCount {
  /** Faults that were met. */
  met: number;
  readonly kinds: Set<FaultKind>;
  /** By exit code of the command that met it. */
  readonly exits: Map<string, number>;
  /** The longest a command took that met one. */
  slowestSeconds: number;
}

export function noneMet(): WalkCount {
  return { met: 0, kinds: new Set(), exits: new Map(), slowestSeconds: 0 };
}

/** The item in the middle: one before it and one after it go on. */
export function marksOfOne({ items }: Stage): readonly string[] {
  return items[1]!.marks;
}

/** So many places of a number of calls, one of each equal share of them. */
export function drawPlaces(calls: number, tries: number, draw: Draw): number[] {
  const shares = Math.min(tries, calls);
  const beginOf = (share: number): number => Math.floor((share * calls) / shares);
  return Array.from({ length: shares }, (_, share) => beginOf(share) + draw.below(beginOf(share + 1) - beginOf(share)));
}

/** Places faults at some of the calls that an undisturbed run makes, from its first to its last. */
export async function walkFaults(stage: Stage, { calls }: NotedRun, walk: Walk, draw: Draw, count: WalkCount, violations: Violations, look: (run: FaultRun) => readonly string[] = () => []): Promise<void> {
  const about = walk.isOneItem === true ? { about: marksOfOne(stage) } : {};
  for (const kind of walk.kinds) {
    for (const role of walk.roles) {
      const counted = calls.filter((call) => call.role === role && isCounted({ kind, root: rootOf(stage, kind), ...about }, call));
      for (const after of drawPlaces(counted.length, walk.tries, draw)) {
        const run = await runFault(stage, { kind, role, after, isLasting: walk.isLasting, ...about });
        violations.addAll(run.violations);
        if (run.hit === undefined) continue;
        note(run, kind, count);
        violations.addAll(look(run));
      }
    }
  }
}

function note({ result, seconds }: FaultRun, kind: FaultKind, count: WalkCount): void {
  count.met++;
  count.kinds.add(kind);
  count.slowestSeconds = Math.max(count.slowestSeconds, seconds);
  const exit = result.code === null ? 'killed' : `exit ${result.code}`;
  count.exits.set(exit, (count.exits.get(exit) ?? 0) + 1);
}

/** Kinds of which no fault was met: the small dose is to meet each of them. */
export function unmetKinds(kinds: readonly FaultKind[], { kinds: met }: WalkCount): string[] {
  return kinds.filter((kind) => !met.has(kind)).map((kind) => `no ${kind} was met, so nothing is known of it`);
}

export function describeExits({ exits }: WalkCount): string {
  return [...exits].toSorted((a, b) => b[1] - a[1]).map(([exit, count]) => `${exit}: ${count}`).join(', ');
}
