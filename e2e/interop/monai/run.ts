import { spawn } from 'node:child_process';
import { ok, strictEqual } from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { VolumeParameters } from '../../../src-main/kinds/volume/contract.ts';
import { readVolumeConfig } from '../../../src-main/kinds/volume/config.ts';
import { encodeVolumeEntry } from '../../../src-main/kinds/volume/entry-file.ts';
import { entryKey, sourcePath } from '../../../src-main/kinds/volume/keys.ts';
import { preprocessVolume } from '../../../src-main/kinds/volume/preprocess.ts';
import type { PreprocessedVolume } from '../../../src-main/kinds/volume/result.ts';
import { bytesSource, verifyTorchFile } from '../../../src-main/formats/torch/index.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const REFERENCE = join(import.meta.dirname, 'reference.py');
const BUILT = join(ROOT, 'out', 'main', 'cli.js');
const CLI = existsSync(BUILT) ? BUILT : join(ROOT, 'src-main', 'hosts', 'cli', 'main.ts');

/** Largest difference of an image value, in units of max(1, largest |value|): what the mathematics leaves to rounding. */
const IMAGE_BOUND = 1e-5;
/** Affines go through other linear algebra; metres away from a voxel's size. */
const AFFINE_BOUND = 1e-9;

interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function run(command: string, args: readonly string[], environment: Record<string, string>): Promise<Run> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { env: { ...process.env, ...environment }, stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? 1, stdout, stderr }));
  });
}

/** One group of volumes with its parameters. */
interface Group {
  readonly name: string;
  readonly config: string;
  readonly directory: string;
  readonly ours: string;
  readonly theirs: string;
}

interface Bench {
  readonly project: string;
  readonly groups: readonly Group[];
  python<T>(step: string, ...args: readonly string[]): Promise<T>;
  larder(...args: readonly string[]): Promise<Run>;
}

interface Compared {
  readonly group: string;
  readonly name: string;
  readonly unequal: readonly string[];
  readonly image: number;
  readonly steps?: number;
  readonly affine: number;
}

interface ComparedGroup {
  readonly group: string;
  readonly directory: string;
  readonly sameParams: boolean;
  readonly sameKeys: boolean;
  readonly entries: number;
}

type Check = readonly [name: string, run: (bench: Bench) => Promise<string>];

async function entriesOf(directory: string): Promise<string[]> {
  return (await readdir(directory)).filter((file) => file.endsWith('.pt')).sort();
}

const CHECKS: readonly Check[] = [
  [
    'generate makes every entry MONAI makes',
    async ({ groups, larder }) => {
      for (const group of groups) {
        const { code, stderr } = await larder('generate', '--config', group.config, '--yes');
        strictEqual(code, 0, `${group.name}: ${stderr.slice(-600)}`);
      }
      return `${groups.length} configs`;
    },
  ],
  [
    'directory names, parameter files and keys are equal',
    async ({ python }) => {
      const { results } = await python<{ results: (Compared | ComparedGroup)[] }>('compare');
      const groups = results.filter((result): result is ComparedGroup => 'sameParams' in result);
      for (const group of groups) ok(group.sameParams && group.sameKeys, JSON.stringify(group));
      return `${groups.length} directories, ${groups.reduce((sum, group) => sum + group.entries, 0)} keys`;
    },
  ],
  [
    'objects are recursively equal: structure, types, strides, metadata; image values within the bound',
    async ({ python }) => {
      const { results } = await python<{ results: (Compared | ComparedGroup)[] }>('compare');
      const entries = results.filter((result): result is Compared => 'unequal' in result);
      for (const entry of entries) {
        strictEqual(entry.unequal.join('; '), '', `${entry.group}/${entry.name}`);
        ok(entry.affine <= AFFINE_BOUND, `${entry.group}/${entry.name}: affine ${entry.affine}`);
        if (entry.steps === undefined) ok(entry.image <= IMAGE_BOUND, `${entry.group}/${entry.name}: image ${entry.image}`);
        else ok(entry.steps <= 1.001, `${entry.group}/${entry.name}: ${entry.steps} half-precision steps`);
      }
      const full = entries.filter((entry) => entry.steps === undefined);
      return `${entries.length} entries; largest difference ${Math.max(...full.map((entry) => entry.image)).toExponential(1)} (float32), ${Math.max(...entries.map((entry) => entry.steps ?? 0)).toFixed(1)} steps (half), ${Math.max(...entries.map((entry) => entry.affine)).toExponential(1)} (affine)`;
    },
  ],
  ['with MONAI\'s image values put in, whole files are byte-identical', byteIdentity],
  [
    'PersistentDataset pointed at our directories hits every entry and computes none',
    async ({ python }) => {
      const { hits } = await python<{ hits: Record<string, number> }>('hits');
      return `${Object.values(hits).reduce((sum, count) => sum + count, 0)} hits`;
    },
  ],
  [
    '--format tensor loads with weights_only=True',
    async (bench) => {
      const group = bench.groups[0]!;
      const text = (await readFile(group.config, 'utf8')).replace('/larder\n', '/larder-tensor\n');
      const config = join(bench.project, group.name, 'tensor.yaml');
      await writeFile(config, text);
      strictEqual((await bench.larder('generate', '--config', config, '--yes', '--format', 'tensor')).code, 0);
      const directory = join(bench.project, group.name, 'larder-tensor', group.directory);
      const { loaded } = await bench.python<{ loaded: number }>('plain', directory);
      strictEqual(loaded, (await entriesOf(directory)).length);
      return `${loaded} files`;
    },
  ],
  [
    'verify finds nothing wrong with what MONAI wrote, and show explains it',
    async ({ groups, larder }) => {
      let entries = 0;
      for (const group of groups) {
        const { code, stdout, stderr } = await larder('verify', '--cache', group.theirs, '--json');
        strictEqual(code, 0, stderr);
        const events = stdout.trim().split('\n').map((line) => JSON.parse(line) as { type: string; finding?: { severity: string; code: string; message: string }; sound?: number });
        const findings = events.flatMap((event) => (event.type === 'findingFound' && event.finding?.severity !== 'information' ? [event.finding!] : []));
        // A volume whose values all lie outside the window is constant in the reference too.
        strictEqual(findings.filter((finding) => finding.code !== 'constant').map((finding) => `${finding.code}: ${finding.message}`).join('; '), '', group.name);
        entries += events.findLast((event) => event.type === 'result')?.sound ?? 0;
        const [file] = await entriesOf(group.theirs);
        const shown = await larder('show', file!.slice(0, 12), '--cache', group.theirs, '--json');
        strictEqual(shown.code, 0, shown.stderr);
        const detail = JSON.parse(shown.stdout) as { name: string; shape: number[] };
        ok(detail.name.startsWith('train_') && detail.shape.length === 4, JSON.stringify(detail).slice(0, 300));
      }
      return `${entries} entries`;
    },
  ],
  ['files with one flipped bit, which torch.load accepts, are all found', flippedBits],
];

async function byteIdentity({ groups, project }: Bench): Promise<string> {
  let identical = 0;
  let withStoredAffine = 0;
  let files = 0;
  for (const group of groups) {
    const config = await readVolumeConfig(group.config, { cwd: project, environment: {} });
    const names = (await readFile(join(project, group.name, 'train.csv'), 'utf8')).trim().split('\n').slice(1);
    for (const name of names) {
      const localPath = join(config.rawDirectory, sourcePath(name, 'nested'));
      const theirs = await readFile(join(group.theirs, `${entryKey(name)}.pt`));
      const outcome = await rebuild(localPath, config.parameters, theirs, entryKey(name));
      files++;
      if (outcome === 'identical') identical++;
      else if (outcome === 'identical with its affines') withStoredAffine++;
      else throw new Error(`${group.name}/${name}: ${outcome}`);
    }
  }
  ok(identical > files * 0.6, `${identical} of ${files}`);
  return `${identical} of ${files} from header and image values alone, the other ${withStoredAffine} with the last bits of the stored affines, which depend on the kind of CPU`;
}

/** Our file around MONAI's image values; both key orders of the root, which in Python is random per process. */
async function rebuild(localPath: string, parameters: VolumeParameters, theirs: Buffer, prefix: string): Promise<string> {
  const volume = await preprocessVolume({ path: localPath, isGzip: true }, parameters, {});
  const report = verifyTorchFile(bytesSource(theirs), { level: 'deep' });
  const record = (name: string): Uint8Array => {
    const found = report.records.find((candidate) => candidate.name === name)!;
    return theirs.subarray(found.offset, found.offset + found.size);
  };
  const encode = (changed: PreprocessedVolume): Buffer => Buffer.concat(encodeVolumeEntry(changed, { format: 'monai', prefix, filenameOrObj: localPath, layout: '2.7' }).chunks);
  const storages = ['data/0', 'data/1', 'data/2', 'data/3'].map(record);
  const withImage = { ...volume, data: storages[0]! };
  if (encode(withImage).equals(theirs)) return 'identical';
  const matrix = (bytes: Uint8Array): Float64Array => new Float64Array(Uint8Array.from(bytes).buffer);
  const withAffines = { ...withImage, finalAffine: matrix(storages[1]!), orientedAffine: matrix(storages[2]!) };
  if (encode(withAffines).equals(theirs)) return 'identical with its affines';
  const ours = encode(withAffines);
  const at = ours.findIndex((byte, index) => byte !== theirs[index]);
  return `${ours.length} bytes against ${theirs.length}, first difference at ${at}`;
}

async function flippedBits({ groups, project, python, larder }: Bench): Promise<string> {
  const directory = join(project, 'flipped');
  await mkdir(directory);
  let seed = 12_345;
  const random = (below: number): number => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    return seed % below;
  };
  let made = 0;
  for (const group of groups) {
    for (const source of [group.ours, group.theirs]) {
      for (const file of (await entriesOf(source)).slice(0, 8)) {
        const bytes = await readFile(join(source, file));
        const at = random(bytes.length - 2000) + 200;
        bytes[at] = bytes[at]! ^ (1 << random(8));
        await writeFile(join(directory, `${made.toString(16).padStart(32, '0')}.pt`), bytes);
        made++;
      }
    }
    await copyFile(join(group.ours, 'cache_params.json'), join(directory, 'cache_params.json'));
  }
  await rm(join(directory, 'cache_params.json'));
  const { accepted } = await python<{ accepted: string[] }>('loads', directory);
  const { stdout } = await larder('verify', '--cache', directory, '--json');
  const found = new Set(
    stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { type: string; finding?: { file?: string; code: string } })
      .flatMap((event) => (event.type === 'findingFound' && event.finding!.code !== 'misnamed-entry' ? [event.finding!.file] : [])),
  );
  strictEqual(accepted.filter((file) => !found.has(file)).join(', '), '');
  strictEqual((await entriesOf(directory)).filter((file) => !found.has(file)).join(', '), '');
  ok(accepted.length > made / 2, `torch.load accepted only ${accepted.length} of ${made}`);
  return `${made} damaged files, ${accepted.length} accepted by torch.load, ${found.size} found by us`;
}

/**
 * Makes volumes, has MONAI and Larder build caches of them, and compares.
 *
 * @param python interpreter with torch, monai and nibabel
 * @returns how many checks failed
 */
export async function proveMonai(python: string, seed: number, say: (line: string) => void): Promise<number> {
  const project = await mkdtemp(join(tmpdir(), 'larder-interop-'));
  const environment = { LARDER_DATA_DIR: join(project, 'data'), PYTHONHASHSEED: '3', PYTHONWARNINGS: 'ignore' };
  const ask = async <T>(step: string, ...args: readonly string[]): Promise<T> => {
    const { code, stdout, stderr } = await run(python, [REFERENCE, step, ...(args.length > 0 && step !== 'make' ? args : [project, ...args])], environment);
    if (code !== 0) throw new Error(`${step}: ${stderr.slice(-1500)}`);
    return JSON.parse(stdout.trim().split('\n').at(-1)!) as T;
  };
  let failures = 0;
  try {
    const { volumes } = await ask<{ volumes: number }>('make', String(seed));
    const built = await ask<{ made: number; failed: Record<string, string>; directories: Record<string, string> }>('build');
    say(`  MONAI built ${built.made} of ${volumes} entries, seed ${seed}`);
    const groups = Object.entries(built.directories).map(([name, directory]) => ({
      name,
      directory,
      config: join(project, name, 'config.yaml'),
      ours: join(project, name, 'larder', directory),
      theirs: join(project, name, 'monai', directory),
    }));
    const bench: Bench = { project, groups, python: ask, larder: (...args) => run(process.execPath, [CLI, ...args], environment) };
    for (const [name, check] of CHECKS) {
      try {
        say(`  ok    ${name}: ${await check(bench)}`);
      } catch (error) {
        failures++;
        say(`  FAIL  ${name}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
  } finally {
    await rm(project, { recursive: true, force: true });
  }
  return failures;
}
