/**
 * The commands on a large image cache: `node e2e/bench/image-scale.ts [--entries 1000000] [--folder DIR] [--cli FILE]`, after
 * `npm run build`. Prints of each its exit code, seconds, computing time and largest memory, and counts what it has left. A million
 * entries take 8 GB and 2,000,000 inodes in the folder, and are removed.
 */
import { spawnSync } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readdir, realpath, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { findKhmerFonts } from '../../src-main/kinds/image/find-khmer-fonts.ts';
import { OUT } from '../browser/ensure-built.ts';
import { benchLines } from './bench-images.ts';
import { measureProcess } from './measured-process.ts';
import { FONTS, writeSyntheticCache } from './synthetic-image-cache.ts';

const { values } = parseArgs({ options: { entries: { type: 'string', default: '1000000' }, folder: { type: 'string', default: tmpdir() }, cli: { type: 'string', default: join(OUT, 'main', 'cli.js') } } });
const folder = await realpath(await mkdtemp(join(values.folder, 'larder-scale-')));
const cache = join(folder, 'cache');
const count = Number(values.entries);
const fonts = findKhmerFonts();
const lines = benchLines(Math.ceil(count / FONTS.length));
/** Plans all of them, finds them there, and writes the index; draws nothing. */
const PREGENERATE = ['pregenerate', '--corpus-dir', join(folder, 'corpus'), '--fonts-dir', join(folder, 'fonts'), '--splits', 'train', '--yes'];

/** The lines and fonts that the entries of the cache come from. */
async function writeMaterial(from: string): Promise<void> {
  for (const name of ['corpus', 'fonts']) await mkdir(join(folder, name));
  await writeFile(join(folder, 'corpus', 'train.txt'), lines.join('\n'));
  for (const font of FONTS) await copyFile(join(from, basename(font)), join(folder, 'fonts', basename(font)));
}

/** Three pictures: one cut short, one gone, one without its metadata. */
async function damageSome(): Promise<void> {
  const [cut, gone, bare] = (await readdir(join(cache, 'images'))).sort();
  await truncate(join(cache, 'images', cut!), 100);
  await rm(join(cache, 'images', gone!));
  await rm(join(cache, 'metadata', basename(bare!, '.png') + '.json'));
}

async function measure(title: string, [command, ...more]: readonly string[], isWrong = false): Promise<void> {
  const run = await measureProcess(process.execPath, [values.cli, command!, '--cache', cache, ...more], { cwd: folder, environment: { ...process.env, LARDER_DATA_DIR: join(folder, 'data') } });
  const megabytes = (bytes: number | undefined): string => ((bytes ?? 0) / 1e6).toFixed(0).padStart(5);
  console.log(`${title.padEnd(24)} exit ${run.exitCode}  ${run.seconds.toFixed(1).padStart(6)} s  ${(run.cpuSeconds ?? 0).toFixed(1).padStart(6)} s CPU  ${megabytes(run.ownPeakBytes)} MB, each worker ${megabytes(run.workerPeakBytes)} MB`);
  if ((run.exitCode !== 0) !== isWrong) console.log(run.stdout.slice(-500), run.stderr.slice(-1000));
}

/** Files in the cache, and in its quarantine beside their reasons. */
async function countFiles(): Promise<void> {
  const countOf = async (...path: string[]): Promise<string> => {
    const names = await readdir(join(cache, ...path)).catch(() => []);
    return names.length.toLocaleString('en-US');
  };
  console.log(`${await countOf('images')} pictures and ${await countOf('metadata')} metadata in the cache, ${await countOf('.larder', 'quarantine')} files in .larder/quarantine`);
}

/** What Python's own parsers find in a file that was exported. */
function countExported(name: string): void {
  const startedAt = performance.now();
  const python = spawnSync('python3', [join(import.meta.dirname, 'count_exported.py'), join(folder, name)], { encoding: 'utf8' });
  console.log(python.status === 0 ? `Python reads ${Number(python.stdout).toLocaleString('en-US')} different entries in it, in ${((performance.now() - startedAt) / 1000).toFixed(0)} s` : `Python does not read it: ${python.error?.message ?? python.stderr.slice(-500)}`);
}

async function sizeOf(...path: string[]): Promise<string> {
  return `${((await stat(join(folder, ...path))).size / 1e6).toFixed(0)} MB`;
}

try {
  writeSyntheticCache(cache, count);
  if (fonts === undefined) console.log('Without an index: no Khmer OS fonts on this machine (Debian: apt-get install fonts-khmeros).');
  else {
    await writeMaterial(fonts);
    await measure('pregenerate', PREGENERATE);
    console.log(`an index of ${await sizeOf('cache', 'cache_index.json')}`);
    await measure('pregenerate --dry-run', [...PREGENERATE, '--dry-run']);
  }
  await measure('verify --quick', ['verify', '--quick']);
  await measure('verify', ['verify']);
  await measure('stats', ['stats']);
  await measure('ls', ['ls']);
  await measure('ls --name', ['ls', '--name', lines.at(-1)!.slice(5, 15)]);
  for (const name of ['map.json', 'map.csv']) {
    await measure(name, ['map', '--output-path', join(folder, name)]);
    console.log(`a file of ${await sizeOf(name)}`);
  }
  for (const name of ['export.json', 'export.jsonl', 'export.csv']) {
    await measure(name, ['export', '--output', join(folder, name)]);
    console.log(`a file of ${await sizeOf(name)}`);
    countExported(name);
    await rm(join(folder, name));
  }
  if (fonts !== undefined) {
    await measure('pregenerate --index slim', [...PREGENERATE, '--index', 'slim']);
    console.log(`an index of ${await sizeOf('cache', 'cache_index.json')}`);
    await damageSome();
    await countFiles();
    await measure('fix', ['fix']);
    await countFiles();
    await measure('verify --quick, slim', ['verify', '--quick']);
  }
  await measure('clear', ['clear', '--yes']);
  await countFiles();
  await measure('quarantine ls', ['quarantine', 'ls']);
  await measure('quarantine restore --all', ['quarantine', 'restore', '--all']);
  await countFiles();
  await measure('verify --quick', ['verify', '--quick']);
  await measure('clear', ['clear', '--yes']);
  await measure('quarantine purge --all', ['quarantine', 'purge', '--all', '--yes']);
  await countFiles();
} finally {
  await rm(folder, { recursive: true, force: true });
}
