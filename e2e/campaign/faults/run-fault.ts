import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { errorCodeOf, faultOf } from '../answers.ts';
import { FAULT_VARIABLE } from './fault.ts';
import type { FaultOrder } from './fault.ts';
import type { Stage } from './stage.ts';
import type { Result } from '../../invariants/setting.ts';

const HOOK = pathToFileURL(join(import.meta.dirname, 'fault-hook.ts')).href;
/** A sound run takes half a second, and ten seconds is the bound on a machine that does nothing else. */
export const HANG_MS = 30_000;

export interface FaultRun {
  /** The call that was met; undefined if the command ended before. */
  readonly hit: string | undefined;
  readonly result: Result;
  readonly violations: readonly string[];
}

/** Runs the command with the fault, then once more without, and looks at both ends. */
export async function runFault(stage: Stage, order: Omit<FaultOrder, 'root' | 'hitFile'>): Promise<FaultRun> {
  const hitFile = join(stage.root, 'hit');
  rmSync(hitFile, { force: true });
  stage.reset();
  const before = stage.look();
  // A disk that fails is the project's; a kill strikes wherever Larder works.
  const full: FaultOrder = { ...order, root: order.kind === 'kill' ? stage.root : stage.project, hitFile };
  const running = stage.start({ NODE_OPTIONS: `--import=${HOOK}`, [FAULT_VARIABLE]: JSON.stringify(full) });
  const timer = setTimeout(() => running.killTree(), HANG_MS);
  const result = await running.ended;
  clearTimeout(timer);
  const hit = existsSync(hitFile) ? readFileSync(hitFile, 'utf8') : undefined;
  const cut = stage.look();
  const violations = [...answerViolations(result, order.kind === 'kill'), ...stage.atAnyMoment(before, cut)];
  if (hit !== undefined) {
    const again = await stage.again();
    const fault = faultOf(again);
    if (fault !== undefined) violations.push(`the next run: ${fault}`);
    violations.push(...stage.inTheEnd(before, cut, stage.look()).map((violation) => `after the next run (exit ${again.code} ${errorCodeOf(again) ?? ''}): ${violation}`));
  }
  const what = `${stage.scenario.name}: ${order.kind}${order.isLasting ? ' lasting' : ''} at call ${order.after} of the ${order.role} (${hit ?? 'not met'})`;
  return { hit, result, violations: violations.map((violation) => `${what}: ${violation}`) };
}

/** What is wrong with how a command ended that met a fault. */
export function answerViolations(result: Result, isKill: boolean): string[] {
  if (isKill) return [];
  if (result.signal === 'SIGKILL') return [`it hung: no end within ${HANG_MS / 1000} s: ${(result.stdout + result.stderr).slice(-200)}`];
  const fault = faultOf(result);
  if (fault !== undefined) return [fault];
  const isKnown = result.code !== null && [0, 1, 2, 3].includes(result.code);
  return isKnown ? [] : [`exit code ${result.code}: ${result.stderr.slice(-300)}`];
}
