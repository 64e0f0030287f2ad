import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { FAULT_VARIABLE } from './fault.ts';
import type { NoteOrder, NotedCall } from './fault.ts';
import { HOOK } from './run-fault.ts';
import type { Stage } from './stage.ts';

/** An undisturbed run of a command. */
export interface NotedRun {
  /** Of the command and its worker, each in its order. */
  readonly calls: readonly NotedCall[];
  readonly milliseconds: number;
}

/** Runs the command once with nothing planted, and notes every call at which a fault could be. */
export async function noteCalls(stage: Stage): Promise<NotedRun> {
  const noteFile = join(stage.root, 'calls');
  rmSync(noteFile, { force: true });
  stage.reset();
  const order: NoteOrder = { kind: 'note', root: stage.root, noteFile };
  const startedAt = performance.now();
  const { code, stderr } = await stage.start({ NODE_OPTIONS: `--import=${HOOK}`, [FAULT_VARIABLE]: JSON.stringify(order) }).ended;
  const milliseconds = performance.now() - startedAt;
  if (!existsSync(noteFile)) throw new Error(`${stage.scenario.name} made no call that could be noted; it ended with ${code}: ${stderr.slice(-300)}`);
  const calls = readFileSync(noteFile, 'utf8').trimEnd().split('\n').map((line) => JSON.parse(line) as NotedCall);
  return { calls, milliseconds };
}
