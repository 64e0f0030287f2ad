import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { entryFileOf } from '../../invariants/answers.ts';
import { tinyName } from '../../invariants/tiny-dataset.ts';
import { DAMAGES } from '../damage/damages.ts';
import type { Draw } from '../draw.ts';
import type { CacheState } from '../faults/check.ts';

export const ITEMS = 4;

/** One step of a history: a command, or something that happens to the files behind its back. */
export type Step =
  | { readonly type: 'command'; readonly words: readonly string[]; /** Files whose removal it was asked for. */ readonly mayRemove: 'nothing' | 'entry' | 'quarantine'; readonly file?: string }
  | { readonly type: 'damage'; readonly file: string; readonly bytes: Uint8Array; readonly how: string }
  | { readonly type: 'remove'; readonly file: string };

function drawCommand(draw: Draw): Step {
  const name = tinyName(draw.below(ITEMS));
  const file = entryFileOf(name);
  const command = (words: readonly string[], mayRemove: 'nothing' | 'entry' | 'quarantine' = 'nothing'): Step => ({ type: 'command', words, mayRemove, file });
  return draw.oneOf<() => Step>([
    () => command(['generate', '--yes', '--num-workers', '1']),
    () => command(['generate', '--yes', '--num-workers', '1', '--limit', '1']),
    () => command(['verify', '--num-workers', '1']),
    () => command(['verify', '--num-workers', '1', '--changed']),
    () => command(['fix', '--num-workers', '1']),
    () => command(['fix', '--num-workers', '1']),
    () => command(['clear', '--only', name, '--yes']),
    () => command(['clear', '--only', name, '--delete', '--yes'], 'entry'),
    () => command(['quarantine', 'restore', '--all', '--yes']),
    () => command(['quarantine', 'restore', '--all', '--replace', '--yes']),
    () => command(['quarantine', 'purge', '--all', '--yes'], 'quarantine'),
  ])();
}

/** What comes next; damage and loss only where there is an entry to meet them. */
export function drawStep(draw: Draw, state: CacheState): Step {
  const files = [...state.entries.keys()].sort();
  if (files.length === 0 || draw.chance(0.65)) return drawCommand(draw);
  const file = draw.oneOf(files);
  if (draw.chance(0.3)) return { type: 'remove', file };
  const damage = draw.oneOf(DAMAGES);
  const bytes = state.entries.get(file)!;
  return { type: 'damage', file, bytes: damage.apply(bytes, bytes, draw), how: damage.name };
}

/** What happens behind its back. @returns what it was, for a message */
export function happen(step: Exclude<Step, { readonly type: 'command' }>, directory: string): string {
  if (step.type === 'remove') rmSync(join(directory, step.file));
  else writeFileSync(join(directory, step.file), step.bytes);
  return step.type === 'remove' ? `rm ${step.file}` : `${step.how} in ${step.file}`;
}
