import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readVolumeList } from '../../src-main/kinds/volume/list.ts';
import { nameOf } from './catalog.ts';
import type { Section } from './figure.ts';

const READ_BUDGET_S = 3;

/** Reading the CSV of required volumes, with a key for every name. @throws if a row was lost */
export async function benchList(rows: number, runs: number): Promise<Section> {
  const folder = await mkdtemp(join(tmpdir(), 'larder-bench-'));
  try {
    const path = join(folder, 'train.csv');
    await writeFile(path, ['VolumeName', ...Array.from({ length: rows }, (_, index) => nameOf(index)), ''].join('\n'));
    const seconds: number[] = [];
    for (let run = 0; run < runs; run++) {
      const startedAt = performance.now();
      const { items } = await readVolumeList([{ split: 'train', path }]);
      seconds.push((performance.now() - startedAt) / 1000);
      if (items.length !== rows) throw new Error(`${items.length} of ${rows} volumes of the list were read`);
    }
    return {
      title: 'Lists',
      about: 'The CSV of required volumes, parsed as pandas does, checked for names twice and indexed by entry key.',
      figures: [{ name: `${rows.toLocaleString('en-US')} names`, unit: 's', better: 'less', larder: seconds, budget: { of: 'value', bound: READ_BUDGET_S } }],
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
