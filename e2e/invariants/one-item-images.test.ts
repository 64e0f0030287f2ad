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
