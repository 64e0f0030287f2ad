/**
 * The commands on a large image cache: `node e2e/bench/image-scale.ts [--entries 1000000] [--folder DIR]`, after `npm run build`.
 * Prints seconds and the largest memory of each. A million entries take 4 GB and 1,000,000 inodes in the folder, and are removed.
 */
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { OUT } from '../browser/ensure-built.ts';
import { measureProcess } from './measured-process.ts';
import { writeSyntheticCache } from './synthetic-image-cache.ts';

const { values } = parseArgs({ options: { entries: { type: 'string', default: '1000000' }, folder: { type: 'string', default: tmpdir() } } });
const folder = await realpath(await mkdtemp(join(values.folder, 'larder-scale-')));
const cache = join(folder, 'cache');
const COMMANDS: readonly (readonly string[])[] = [
  ['verify', '--quick'],
  ['stats'],
  ['ls'],
  ['map', '--output-path', join(folder, 'map.json')],
  ['export', '--output', join(folder, 'export.json')],
];

try {
  writeSyntheticCache(cache, Number(values.entries));
  for (const [command, ...more] of COMMANDS) {
    const run = await measureProcess(process.execPath, [join(OUT, 'main', 'cli.js'), command!, '--cache', cache, ...more], { cwd: folder, environment: { ...process.env, LARDER_DATA_DIR: join(folder, 'data') } });
    console.log(`${command!.padEnd(8)} exit ${run.exitCode}  ${run.seconds.toFixed(1).padStart(7)} s  ${((run.ownPeakBytes ?? 0) / 1e6).toFixed(0).padStart(6)} MB, each worker ${((run.workerPeakBytes ?? 0) / 1e6).toFixed(0)} MB`);
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
