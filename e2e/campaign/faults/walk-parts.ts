import type { Part, PortionOutcome } from '../full/part.ts';
import type { FaultKind, FaultRole } from './fault.ts';
import { runFault } from './run-fault.ts';
import type { FaultRun } from './run-fault.ts';
import type { Scenario } from './stage.ts';
import { marksOfOne } from './walk.ts';

/** A fault at every call of a command, one after the other. */
export interface FullWalk {
  readonly scenario: Scenario;
  readonly kind: FaultKind;
  readonly role: FaultRole;
  readonly isLasting: boolean;
  /** Only what is about the second item fails. */
  readonly isOneItem?: boolean;
  readonly look?: (run: FaultRun) => readonly string[];
}

/** About a minute on one core. */
const CALLS = 40;

export function walkPart(unit: string, walk: FullWalk): Part {
  const { scenario, kind, role, isLasting } = walk;
  return {
    name: `${scenario.name}: ${kind}${isLasting ? ' lasting' : ''}${walk.isOneItem === true ? ' of one item' : ''} at every call in the ${role}`,
    unit,
    asked: undefined,
    portion: CALLS,
    problem: () => scenario.problem?.(),
    run: ({ from, count }) => walkCalls(walk, from, count),
  };
}

/** Places the fault at `count` calls from `from` on, or until a run ends without meeting it. */
async function walkCalls({ scenario, kind, role, isLasting, isOneItem, look }: FullWalk, from: number, count: number): Promise<PortionOutcome> {
  const stage = await scenario.open();
  const violations: string[] = [];
  const figures: Record<string, number> = {};
  try {
    for (let n = 0; n < count; n++) {
      const run = await runFault(stage, { kind, role, after: from + n, isLasting, ...(isOneItem === true ? { about: marksOfOne(stage) } : {}) });
      violations.push(...run.violations);
      if (run.hit === undefined) return { done: n, isEnd: true, violations, figures };
      const end = run.result.code === null ? 'killed' : `ended with exit ${run.result.code}`;
      figures[end] = (figures[end] ?? 0) + 1;
      violations.push(...(look?.(run) ?? []));
    }
    return { done: count, violations, figures };
  } finally {
    await stage.close();
  }
}
