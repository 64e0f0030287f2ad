import { faultOf } from '../answers.ts';
import type { Stage } from './stage.ts';

export interface KillOutcome {
  /** False if the command had ended before. */
  readonly wasKilled: boolean;
  readonly violations: readonly string[];
}

/** Starts the command, kills all of it at that moment, and runs it once more. */
export async function killAtMoment(stage: Stage, moment: () => Promise<void>): Promise<KillOutcome> {
  stage.reset();
  const before = stage.look();
  const running = stage.start({});
  await moment();
  running.killTree();
  const { signal } = await running.ended;
  const cut = stage.look();
  const violations = stage.atAnyMoment(before, cut);
  const fault = faultOf(await stage.again());
  if (fault !== undefined) violations.push(`the next run: ${fault}`);
  violations.push(...stage.inTheEnd(before, cut, stage.look()), ...stage.madeTwice());
  return { wasKilled: signal !== null, violations };
}
