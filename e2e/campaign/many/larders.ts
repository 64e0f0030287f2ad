import type { Finding } from '../../../src-main/contract/findings.ts';
import { findingsOf } from '../../invariants/answers.ts';
import { errorCodeOf, faultOf } from '../answers.ts';
import type { Draw } from '../draw.ts';
import { endOfCommandViolations, findingViolations } from './check.ts';
import type { SharedCache } from './shared-cache.ts';

function drawWords(draw: Draw, { makes, cleared, deleted }: SharedCache): readonly string[] {
  return draw.oneOf<() => readonly string[]>([
    ...makes.map((words) => () => words),
    () => ['verify', '--num-workers', '1', '--json'],
    () => ['verify', '--num-workers', '1', '--changed', '--json'],
    () => ['clear', '--only', draw.oneOf(cleared), '--yes'],
    () => ['clear', '--only', draw.oneOf(deleted), '--delete', '--yes'],
    () => ['quarantine', 'restore', '--all', '--yes'],
    () => ['fix', '--num-workers', '1'],
  ])();
}

/** One of several who work on the cache at once, until told to stop. @returns commands it ran */
export async function workInALoop(shared: SharedCache, draw: Draw, signal: AbortSignal, onViolation: (violation: string) => void): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  const kept = new Set(shared.kept.flatMap((item) => shared.filesOf(item)));
  while (!signal.aborted) {
    const words = drawWords(draw, shared);
    const result = await shared.setting.run(...words, ...shared.config);
    counts.set(words[0]!, (counts.get(words[0]!) ?? 0) + 1);
    const told = words.join(' ');
    const fault = faultOf(result);
    if (fault !== undefined) onViolation(`${told}: ${fault}`);
    else for (const violation of endOfCommandViolations(told, result.code, errorCodeOf(result), result.stdout + result.stderr)) onViolation(violation);
    const findings: readonly Finding[] = words[0] === 'verify' ? findingsOf(result) : [];
    for (const violation of findingViolations(told, findings, kept)) onViolation(violation);
  }
  return counts;
}
