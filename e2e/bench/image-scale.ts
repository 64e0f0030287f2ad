/**
 * The commands on a large image cache: `node e2e/bench/image-scale.ts [--entries 1000000] [--folder DIR]`, after `npm run build`.
 * Prints seconds and the largest memory of each. A million entries take 4 GB and 1,000,000 inodes in the folder, and are removed.
 */
import { copyFile, mkdir, mkdtemp, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { findKhmerFonts } from '../../src-main/kinds/image/find-khmer-fonts.ts';
import { OUT } from '../browser/ensure-built.ts';
import { benchLines } from './bench-images.ts';
import { measureProcess } from './measured-process.ts';
import { FONTS, writeSyntheticCache } from './synthetic-image-cache.ts';

const { values } = parseArgs({ options: { entries: { type: 'string', default: '1000000' }, folder: { type: 'string', default: tmpdir() } } });
const folder = await realpath(await mkdtemp(join(values.folder, 'larder-scale-')));
const cache = join(folder, 'cache');
const count = Number(values.entries);
const fonts = findKhmerFonts();
/** Plans all of them, finds them there, and writes the index; draws nothing. */
const PREGENERATE = ['pregenerate', '--corpus-dir', join(folder, 'corpus'), '--fonts-dir', join(folder, 'fonts'), '--splits', 'train', '--yes'];
const COMMANDS: readonly (readonly string[])[] = [
  ...(fonts === undefined ? [] : [PREGENERATE]),
  ['verify', '--quick'],
  ['stats'],
  ['ls'],
  ['map', '--output-path', join(folder, 'map.json')],
  ['export', '--output', join(folder, 'export.json')],
];

/** The lines and fonts that the entries of the cache come from. */
async function writeMaterial(from: string): Promise<void> {
  for (const name of ['corpus', 'fonts']) await mkdir(join(folder, name));
  await writeFile(join(folder, 'corpus', 'train.txt'), benchLines(Math.ceil(count / FONTS.length)).join('\n'));
  for (const font of FONTS) await copyFile(join(from, basename(font)), join(folder, 'fonts', basename(font)));
}

try {
  writeSyntheticCache(cache, count);
  if (fonts === undefined) console.log('Without an index: no Khmer OS fonts on this machine (Debian: apt-get install fonts-khmeros).');
  else await writeMaterial(fonts);
  for (const [command, ...more] of COMMANDS) {
    const run = await measureProcess(process.execPath, [join(OUT, 'main', 'cli.js'), command!, '--cache', cache, ...more], { cwd: folder, environment: { ...process.env, LARDER_DATA_DIR: join(folder, 'data') } });
    console.log(`${command!.padEnd(8)} exit ${run.exitCode}  ${run.seconds.toFixed(1).padStart(7)} s  ${((run.ownPeakBytes ?? 0) / 1e6).toFixed(0).padStart(6)} MB, each worker ${((run.workerPeakBytes ?? 0) / 1e6).toFixed(0)} MB`);
    if (command === 'pregenerate') console.log(`         an index of ${((await stat(join(cache, 'cache_index.json'))).size / 1e6).toFixed(0)} MB`);
    if (run.exitCode !== 0) console.log(run.stderr.slice(-1000));
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
