import { expect, it } from 'vitest';
import type { JobSummary } from '../../../src-main/contract/commands.ts';
import { actionCommand, actionsOf } from './job-actions.ts';

const JOB: JobSummary = { id: '261122-031500-1a2b3c4d', command: 'generate', directory: '/c', state: 'succeeded', createdAtMs: 0, startedAtMs: 0, endedAtMs: 1, arguments: {}, progress: null, result: { failed: 5 }, errorMessage: null };

it.each([
  ['running', ['pause', 'cancel']],
  ['paused', ['resume', 'cancel']],
  ['queued', ['cancel']],
  ['cancelled', ['resume']],
  ['failed', ['resume']],
  ['interrupted', ['resume']],
  ['succeeded', ['retry']],
] as const)('a job that is %s has %j, each as a command', (state, verbs) => {
  const job = { ...JOB, state };
  expect(actionsOf(job).map((action) => actionCommand(job, action))).toEqual(verbs.map((verb) => `larder jobs ${verb} ${JOB.id}`));
});

it('has nothing to do where all went well', () => {
  expect(actionsOf({ ...JOB, result: { failed: 0 } })).toEqual([]);
});
