import { basename, extname } from 'node:path';
import { expect, it } from 'vitest';
import { isCounted } from '../campaign/faults/fault.ts';
import { imageScenario } from '../campaign/faults/image-scenarios.ts';
import { noteCalls } from '../campaign/faults/note-calls.ts';
import { runFault } from '../campaign/faults/run-fault.ts';

it('pictures that were published before a disk became read-only get their metadata or are taken back, in the run that ends for it', async () => {
  const stage = await imageScenario('pregenerate').open();
  try {
    // The worker's calls that change the disk: of each picture a link to its final name, then the name in the staging folder goes.
    const changes = (await noteCalls(stage)).calls.filter((call) => call.role === 'worker' && isCounted({ kind: 'EROFS', root: stage.project }, call));
    const lastPicture = changes.findLastIndex(({ paths: [path, to] }) => to === undefined && path!.endsWith('.png'));
    const { hit, violations, result, cut } = await runFault(stage, { kind: 'EROFS', role: 'worker', after: lastPicture, isLasting: false });
    expect(hit).toBe('unlinkSync');
    expect(violations).toEqual([]);
    expect(result.stderr).toContain('[READ_ONLY]');
    const keysIn = (folder: string): string[] => [...cut.entries.keys()].filter((file) => file.startsWith(folder)).map((file) => basename(file, extname(file))).toSorted();
    // At least the one whose name could not be taken from the staging folder.
    expect(keysIn('images/').length).toBeGreaterThan(0);
    expect(keysIn('metadata/')).toEqual(keysIn('images/'));
  } finally {
    await stage.close();
  }
});
