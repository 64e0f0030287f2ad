import { afterAll, beforeAll, expect, it } from 'vitest';
import { runFault } from '../campaign/faults/run-fault.ts';
import type { FaultRun } from '../campaign/faults/run-fault.ts';
import type { Stage } from '../campaign/faults/stage.ts';
import { volumeScenario } from '../campaign/faults/volume-scenarios.ts';
import { marksOfOne } from '../campaign/faults/walk.ts';
import { linesOf } from './answers.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await volumeScenario('generate').open();
});
afterAll(() => stage.close());

const fail = (about: readonly string[]): Promise<FaultRun> => runFault(stage, { kind: 'EIO', role: 'main', after: 0, isLasting: true, about });
const others = ({ cut }: FaultRun): number => stage.items.filter(({ files }) => files.every((file) => cut.entries.has(file))).length;

it('an item whose raw file the disk does not show is named in the plan, and the others are made', async () => {
  const run = await fail(marksOfOne(stage));
  expect(run.violations).toEqual([]);
  expect(run.result.code).toBe(1);
  expect(linesOf(run.result).find(({ type }) => type === 'plan')).toMatchObject({ blocked: [{ key: stage.items[1]!.key, reason: 'unreadable' }] });
  expect(others(run)).toBe(2);
});

it('an item that cannot be claimed is named, and the others are made', async () => {
  const { key } = stage.items[1]!;
  const run = await fail([`claims/${key}`]);
  expect(run.result.code).toBe(1);
  expect(linesOf(run.result).filter(({ type }) => type === 'itemFailed')).toMatchObject([{ key, error: { code: 'IO_FAILED' } }]);
  expect(others(run)).toBe(2);
});
