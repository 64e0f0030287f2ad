import { entryFileOf, findingsOf } from '../../invariants/answers.ts';
import type { Setting } from '../../invariants/setting.ts';
import { tinyName } from '../../invariants/tiny-dataset.ts';
import { errorCodeOf, faultOf } from '../answers.ts';
import type { Draw } from '../draw.ts';
import { endOfCommandViolations } from './check.ts';

/** Items nobody removes, items that are set aside, and items that are deleted and made anew. */
export const KEPT = [0, 1, 2, 3] as const;
export const CLEARED = [4, 5, 6, 7] as const;
export const DELETED = [8, 9, 10, 11] as const;
export const ITEMS = KEPT.length + CLEARED.length + DELETED.length;

function drawWords(draw: Draw): string[] {
  return draw.oneOf<() => string[]>([
    () => ['generate', '--yes', '--num-workers', '1'],
    () => ['generate', '--yes', '--num-workers', '1', '--batch-size', '1'],
    () => ['verify', '--num-workers', '1', '--json'],
    () => ['verify', '--num-workers', '1', '--changed', '--json'],
    () => ['clear', '--only', tinyName(draw.oneOf(CLEARED)), '--yes'],
    () => ['clear', '--only', tinyName(draw.oneOf(DELETED)), '--delete', '--yes'],
    () => ['quarantine', 'restore', '--all', '--yes'],
    () => ['fix', '--num-workers', '1'],
  ])();
}

/** One of several who work on the cache at once, until told to stop. @returns commands it ran */
export async function workInALoop(setting: Setting, draw: Draw, signal: AbortSignal, onViolation: (violation: string) => void): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  while (!signal.aborted) {
    const words = drawWords(draw);
    const result = await setting.run(...words, '--config', setting.project.configPath);
    counts.set(words[0]!, (counts.get(words[0]!) ?? 0) + 1);
    const told = words.join(' ');
    const fault = faultOf(result);
    if (fault !== undefined) onViolation(`${told}: ${fault}`);
    else for (const violation of endOfCommandViolations(told, result.code, errorCodeOf(result), result.stdout + result.stderr)) onViolation(violation);
    if (words[0] !== 'verify') continue;
    for (const { severity, code, file, message } of findingsOf(result)) {
      const isGoneOnPurpose = code === 'missing';
      if (severity === 'error' && !isGoneOnPurpose) onViolation(`${told} called a sound entry damaged: ${file} ${code} ${message}`);
    }
  }
  return counts;
}

export function filesOf(items: readonly number[]): string[] {
  return items.map((n) => entryFileOf(tinyName(n)));
}
