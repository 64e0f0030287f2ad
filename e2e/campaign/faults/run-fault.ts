import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { errorCodeOf, faultOf } from '../answers.ts';
import { endViolations, momentViolations, readState } from './check.ts';
import type { CacheState } from './check.ts';
import { FAULT_VARIABLE } from './fault.ts';
import type { FaultOrder } from './fault.ts';
import { quarantined } from './scenario.ts';
import type { Stage } from './scenario.ts';
import type { Result } from '../../invariants/setting.ts';
import { entryFileOf } from '../../invariants/answers.ts';
import { tinyName } from '../../invariants/tiny-dataset.ts';

const HOOK = pathToFileURL(join(import.meta.dirname, 'fault-hook.ts')).href;
/** A sound run takes half a second, and ten seconds is the bound on a machine that does nothing else. */
export const HANG_MS = 30_000;

export interface FaultRun {
  /** The call that was met; undefined if the command ended before. */
  readonly hit: string | undefined;
  readonly result: Result;
  readonly violations: readonly string[];
}

function stateOf(stage: Stage): CacheState {
  const directory = stage.setting.cacheDirectory();
  return readState(directory, quarantined(directory));
}

/** Runs the command with the fault, then once more without, and looks at both ends. */
export async function runFault(stage: Stage, order: Omit<FaultOrder, 'root' | 'hitFile'>): Promise<FaultRun> {
  const { setting, scenario } = stage;
  const hitFile = join(setting.root, 'hit');
  rmSync(hitFile, { force: true });
  stage.reset();
  const before = stateOf(stage);
  const full: FaultOrder = { ...order, root: setting.project.directory, hitFile };
  const running = stage.start({ NODE_OPTIONS: `--import=${HOOK}`, [FAULT_VARIABLE]: JSON.stringify(full) });
  const timer = setTimeout(() => running.killTree(), HANG_MS);
  const result = await running.ended;
  clearTimeout(timer);
  const hit = existsSync(hitFile) ? readFileSync(hitFile, 'utf8') : undefined;
  const violations = [...answerViolations(result, order.kind === 'kill'), ...momentViolations(before, stateOf(stage))];
  if (hit !== undefined) {
    const again = await stage.start({}).ended;
    const fault = faultOf(again);
    if (fault !== undefined) violations.push(`the next run: ${fault}`);
    const wanted = new Map(scenario.entriesAtEnd.map((n) => [entryFileOf(tinyName(n)), stage.expected.get(entryFileOf(tinyName(n)))!]));
    violations.push(...endViolations(stateOf(stage), wanted).map((violation) => `after the next run (exit ${again.code} ${errorCodeOf(again) ?? ''}): ${violation}`));
  }
  const what = `${scenario.name}: ${order.kind}${order.isLasting ? ' lasting' : ''} at call ${order.after} of the ${order.role} (${hit ?? 'not met'})`;
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
