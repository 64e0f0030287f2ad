import type { Violations } from '../campaign.ts';
import type { Draw } from '../draw.ts';
import type { FaultKind, FaultRole } from './fault.ts';
import { runFault } from './run-fault.ts';
import type { FaultRun } from './run-fault.ts';
import type { Scenario, Stage } from './stage.ts';

export interface Walk {
  readonly kinds: readonly FaultKind[];
  readonly roles: readonly FaultRole[];
  readonly isLasting: boolean;
  /** Calls between two that are tried; 1 for every one of them. */
  readonly stride: number;
  /** Only what is about the second item fails. */
  readonly isOneItem?: boolean;
}

export interface WalkCount {
  /** Faults that were met. */
  met: number;
  /** By exit code of the command that met it. */
  readonly exits: Map<string, number>;
  /** The longest a command took that met one. */
  slowestSeconds: number;
}

export function noneMet(): WalkCount {
  return { met: 0, exits: new Map(), slowestSeconds: 0 };
}

/** The item in the middle: one before it and one after it go on. */
export function marksOfOne({ items }: Stage): readonly string[] {
  return items[1]!.marks;
}

/** No command of three items makes as many calls: a walk that gets here goes in a circle. */
const CALLS_MAX = 5_000;

/**
 * Places a fault at one call after the other until a run ends without meeting it, so that no call
 * behind the last one tried is left out unseen.
 */
async function walkKind(stage: Stage, kind: FaultKind, role: FaultRole, walk: Walk, draw: Draw, count: WalkCount, violations: Violations, look: (run: FaultRun) => readonly string[]): Promise<void> {
  for (let after = draw.below(walk.stride); after < CALLS_MAX; after += 1 + draw.below(walk.stride * 2 - 1)) {
    const run = await runFault(stage, { kind, role, after, isLasting: walk.isLasting, ...(walk.isOneItem === true ? { about: marksOfOne(stage) } : {}) });
    violations.addAll(run.violations);
    if (run.hit === undefined) return;
    count.met++;
    count.slowestSeconds = Math.max(count.slowestSeconds, run.seconds);
    const exit = run.result.code === null ? 'killed' : `exit ${run.result.code}`;
    count.exits.set(exit, (count.exits.get(exit) ?? 0) + 1);
    violations.addAll(look(run));
  }
  violations.add(`${stage.scenario.name}: ${kind} was still met after ${CALLS_MAX} calls`);
}

export async function walkFaults(scenario: Scenario, walk: Walk, draw: Draw, count: WalkCount, violations: Violations, look: (run: FaultRun) => readonly string[] = () => []): Promise<void> {
  const stage = await scenario.open();
  try {
    for (const kind of walk.kinds) for (const role of walk.roles) await walkKind(stage, kind, role, walk, draw, count, violations, look);
  } finally {
    await stage.close();
  }
}

export function describeExits({ exits }: WalkCount): string {
  return [...exits].toSorted((a, b) => b[1] - a[1]).map(([exit, count]) => `${exit}: ${count}`).join(', ');
}
