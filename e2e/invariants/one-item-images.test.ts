import { expect, it } from 'vitest';
import { imageScenario } from '../campaign/faults/image-scenarios.ts';
import { runFault } from '../campaign/faults/run-fault.ts';
import { marksOfOne } from '../campaign/faults/walk.ts';
import { KHMER_FONTS } from '../image/setting.ts';
import { linesOf } from './answers.ts';

it.skipIf(KHMER_FONTS === undefined).each(['pregenerate', 'pregenerate beside orphans'])('%s: wherever the disk refuses one item, it is made all the same or named, and the others are made', async (name) => {
  const stage = await imageScenario(name).open();
  try {
    for (const kind of ['EIO', 'EACCES'] as const) {
      const named: number[] = [];
      for (let after = 0; ; after++) {
        const run = await runFault(stage, { kind, role: 'main', after, isLasting: false, about: marksOfOne(stage) });
        if (run.hit === undefined) break;
        expect(run.violations).toEqual([]);
        if (linesOf(run.result).some(({ type, key }) => type === 'itemFailed' && key === stage.items[1]!.key)) named.push(after);
      }
      // The first call looks whether there is something beside it.
      expect(named).toContain(0);
    }
  } finally {
    await stage.close();
  }
});

it.skipIf(KHMER_FONTS === undefined)('fix of images: what vanishes for a moment, in the worker that looks and in the one that draws, is not lost nor told to be sound', async () => {
  const stage = await imageScenario('fix of images').open();
  try {
    // A picture that is damaged; and metadata beside no picture, whose picture then fails.
    for (const after of [3, 10]) {
      const run = await runFault(stage, { kind: 'ENOENT', role: 'worker', after, isLasting: false });
      expect(run.hit).toBeDefined();
      expect(run.result.code).toBe(1);
      expect(run.violations).toEqual([]);
    }
  } finally {
    await stage.close();
  }
});

it.skipIf(KHMER_FONTS === undefined).each([
  ['restore of images', 'EROFS', 18, false],
  ['restore of images', 'EMFILE', 14, false],
  ['purge of images', 'EROFS', 20, true],
] as const)('%s: where the disk fails it with %s (call %i) it says so in words, and the next one brings the index in line and leaves nothing', async (name, kind, after, isLasting) => {
  const stage = await imageScenario(name).open();
  try {
    const run = await runFault(stage, { kind, role: 'main', after, isLasting });
    expect(run.hit).toBeDefined();
    expect(run.result.code).toBeGreaterThan(0);
    expect(run.violations).toEqual([]);
  } finally {
    await stage.close();
  }
});
