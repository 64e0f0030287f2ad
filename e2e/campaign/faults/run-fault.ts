import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { errorCodeOf, faultOf } from '../answers.ts';
import { FAULT_VARIABLE } from './fault.ts';
import type { CacheState } from './check.ts';
import type { FaultKind, FaultOrder } from './fault.ts';
import { itemViolations } from './item-check.ts';
import type { Stage } from './stage.ts';
import type { Result } from '../../invariants/setting.ts';

export const HOOK = pathToFileURL(join(import.meta.dirname, 'fault-hook.ts')).href;
/** No fault may keep a command for longer. */
const HANG_MS = 10_000;
/** A machine that does much else may take so long once; a fault that keeps a command does so every time. */
const TRIES = 3;
/** After this nobody waits any more. */
const GIVEN_UP_MS = 90_000;

export interface FaultRun {
  /** The call that was met; undefined if the command ended before. */
  readonly hit: string | undefined;
  readonly result: Result;
  readonly seconds: number;
  /** What there was when it had ended. */
  readonly cut: CacheState;
  readonly violations: readonly string[];
}

/** Files on which calls count: a disk that fails is the project's; a kill strikes wherever Larder works. */
export function rootOf(stage: Stage, kind: FaultKind): string {
  return kind === 'kill' ? stage.root : stage.project;
}

/** Runs the command with the fault, then once more without, and looks at both ends. */
export async function runFault(stage: Stage, order: Omit<FaultOrder, 'root' | 'hitFile'>): Promise<FaultRun> {
  const hitFile = join(stage.root, 'hit');
  rmSync(hitFile, { force: true });
  stage.reset();
  const before = stage.look();
  const full: FaultOrder = { ...order, root: rootOf(stage, order.kind), hitFile };
  const startedAt = performance.now();
  const running = stage.start({ NODE_OPTIONS: `--import=${HOOK}`, [FAULT_VARIABLE]: JSON.stringify(full) }, order.about === undefined ? [] : ['--json']);
  const timer = setTimeout(() => running.killTree(), GIVEN_UP_MS);
  const result = await running.ended;
  clearTimeout(timer);
  const seconds = (performance.now() - startedAt) / 1000;
  const hit = existsSync(hitFile) ? readFileSync(hitFile, 'utf8') : undefined;
  const cut = stage.look();
  const violations = [...answerViolations(result, order.kind === 'kill'), ...stage.atAnyMoment(before, cut), ...(order.about === undefined || hit === undefined ? [] : itemViolations(result, cut, stage, order.about))];
  if (hit !== undefined) {
    const again = await stage.again();
    const fault = faultOf(again);
    if (fault !== undefined) violations.push(`the next run: ${fault}`);
    violations.push(...stage.inTheEnd(before, cut, stage.look()).map((violation) => `after the next run (exit ${again.code} ${errorCodeOf(again) ?? ''}): ${violation}`));
    if (order.kind === 'kill') violations.push(...stage.madeTwice());
  }
  if (order.kind !== 'kill') violations.push(...(await hangViolations(seconds, async () => await timedSeconds(stage, full))));
  const what = `${stage.scenario.name}: ${order.kind}${order.isLasting ? ' lasting' : ''} at call ${order.after} of the ${order.role}${order.about === undefined ? '' : ' about one item'} (${hit ?? 'not met'})`;
  return { hit, result, seconds, cut, violations: violations.map((violation) => `${what}: ${violation}`) };
}

/** Seconds of one more run with the fault. */
async function timedSeconds(stage: Stage, order: FaultOrder): Promise<number> {
  stage.reset();
  const startedAt = performance.now();
  const running = stage.start({ NODE_OPTIONS: `--import=${HOOK}`, [FAULT_VARIABLE]: JSON.stringify(order) });
  const timer = setTimeout(() => running.killTree(), GIVEN_UP_MS);
  await running.ended;
  clearTimeout(timer);
  return (performance.now() - startedAt) / 1000;
}

/**
 * @param seconds it took
 * @param again the same once more; asked only where it took too long
 */
export async function hangViolations(seconds: number, again: () => Promise<number>): Promise<string[]> {
  const took = [seconds];
  while (took.at(-1)! * 1000 > HANG_MS) {
    if (took.length === TRIES) return [`it hung: no end within ${HANG_MS / 1000} s, ${TRIES} times: ${took.map((one) => `${one.toFixed(1)} s`).join(', ')}`];
    took.push(await again());
  }
  return [];
}

/** What is wrong with how a command ended that met a fault. */
export function answerViolations(result: Result, isKill: boolean): string[] {
  if (isKill) return [];
  if (result.signal === 'SIGKILL') return [`it hung: no end within ${GIVEN_UP_MS / 1000} s: ${(result.stdout + result.stderr).slice(-200)}`];
  const fault = faultOf(result);
  if (fault !== undefined) return [fault];
  const isKnown = result.code !== null && [0, 1, 2, 3].includes(result.code);
  return isKnown ? [] : [`exit code ${result.code}: ${result.stderr.slice(-300)}`];
}
