import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEngine } from '../../src-main/engine/index.ts';
import type { Engine } from '../../src-main/engine/index.ts';
import { createNodeWorkerHost } from '../../src-main/workers/index.ts';
import { nameOf } from './catalog.ts';
import type { Section } from './figure.ts';

const BUDGET_MS = 1_000;
const PAGE = 60;
const WORKER = join(import.meta.dirname, '..', '..', 'src-main', 'workers', 'entry.ts');

/** A directory of many entries, from opening it to its first page. @throws if the page is not whole */
export async function benchDirectory(entries: number, runs: number): Promise<Section> {
  const folder = await mkdtemp(join(tmpdir(), 'larder-bench-'));
  const cache = join(folder, 'cache');
  try {
    await makeDirectory(cache, entries);
    const unseen: number[] = [];
    const known: number[] = [];
    const looked: number[] = [];
    for (let run = 0; run < runs; run++) {
      const data = join(folder, `data-${run}`);
      unseen.push(await timed(data, async (engine) => (await engine.list({ cache, limit: PAGE }, new AbortController().signal)).rows.length));
      known.push(await timed(data, async (engine) => (await engine.page(engine.library()[0]!.id, { limit: PAGE }, new AbortController().signal)).rows.length));
      looked.push(await timed(data, async (engine) => (await engine.list({ cache, limit: PAGE }, new AbortController().signal)).rows.length));
    }
    return {
      title: 'Opening a directory',
      about: `A folder of ${entries.toLocaleString('en-US')} entries, in the page cache, from starting the engine to the first ${PAGE} rows. The window shows what the catalog knows and looks at the folder behind it; a folder nobody has opened yet is looked at first.`,
      figures: [
        { name: 'opened before: first page', unit: 'ms', better: 'less', larder: known, budget: { of: 'value', bound: BUDGET_MS } },
        { name: 'never seen: listed, every file looked at, rows written, first page', unit: 'ms', better: 'less', larder: unseen },
        { name: 'opened before: every file looked at again, first page', unit: 'ms', better: 'less', larder: looked },
      ],
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function timed(data: string, rowsOf: (engine: Engine) => Promise<number>): Promise<number> {
  const startedAt = performance.now();
  const engine = createEngine({ dataDirectory: data, cwd: data, environment: {}, workerHost: createNodeWorkerHost(WORKER, process.env), version: 'bench' });
  try {
    const rows = await rowsOf(engine);
    const ms = performance.now() - startedAt;
    if (rows !== PAGE) throw new Error(`The first page has ${rows} rows instead of ${PAGE}`);
    return ms;
  } finally {
    engine.close();
  }
}

async function makeDirectory(cache: string, entries: number): Promise<void> {
  await mkdir(cache, { recursive: true });
  await writeFile(join(cache, 'cache_params.json'), '{}');
  const keys = Array.from({ length: entries }, (_, index) => createHash('md5').update(nameOf(index)).digest('hex'));
  // What is in the files is not read.
  for (let from = 0; from < entries; from += 500) await Promise.all(keys.slice(from, from + 500).map((key) => writeFile(join(cache, `${key}.pt`), '')));
}
