import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { bytesSource, describeTree, readTorchFile } from '../../../src-main/formats/torch/index.ts';
import { encodeContainer } from '../../../src-main/formats/torch/encode.ts';
import { parseVolumeConfig } from '../../../src-main/kinds/volume/config.ts';
import { inspectVolumeEntry, verifyVolumeEntry } from '../../../src-main/kinds/volume/entry-file.ts';
import { parseCacheParams } from '../../../src-main/kinds/volume/fingerprint-read.ts';
import { readNameColumn } from '../../../src-main/kinds/volume/list-file.ts';
import { preprocessVolume } from '../../../src-main/kinds/volume/preprocess.ts';
import { tinyNifti } from '../../invariants/tiny-dataset.ts';
import { parametersFile } from '../damage/parameters.ts';
import { IMAGE_TARGETS } from './image-targets.ts';
import { gzipBomb, hostilePickles, hostileZips, hugeNiftis, yamlBomb } from './known.ts';
import type { HostileTarget } from './target.ts';

const FIXTURES = join(import.meta.dirname, '../../../src-main/formats/torch/__fixtures__');
const ROOT = join(import.meta.dirname, '../../..');
const SEED_BYTES_MAX = 24 * 1024;
/** Unpacked; about a megabyte packed. */
const GZIP_BOMB_BYTES = 2 ** 30;

const latin = (...words: readonly string[]): Buffer[] => words.map((word) => Buffer.from(word, 'latin1'));

function files(folder: string, ending: string): Buffer[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map((entry) => readFileSync(join(entry.parentPath, entry.name)))
    .filter((bytes) => bytes.length <= SEED_BYTES_MAX);
}

function torchAnswer(bytes: Uint8Array): readonly [string, string] {
  const { ok, findings, report } = verifyVolumeEntry(bytesSource(bytes), {}, 'deep');
  if (!ok) return [findings[0]!.code, findings[0]!.message];
  inspectVolumeEntry(report);
  describeTree(readTorchFile(bytesSource(bytes)));
  return ['sound', findings.map(({ code }) => code).join()];
}

const ZIP_WORDS = latin('PK\u0003\u0004', 'PK\u0001\u0002', 'PK\u0005\u0006', 'PK\u0006\u0006', 'PK\u0006\u0007', 'PK\u0007\b', '../', '/etc/passwd', 'archive/data.pkl', 'archive/data/0', 'archive/version', '\0', '\u0001\u0000');
const PICKLE_WORDS = latin('\u0080\u0002', '.', '(', ')', ']', '}', 'l', 'd', 't', '\u0085', '\u0086', '\u0087', 'R', 'b', 'Q', '2', '0', '1', 'a', 'e', 's', 'u', 'N', '\u0088', '\u0089', 'q\u0000', 'r\u0000\u0000\u0000\u0001', 'h\u0000', 'j\u00ff\u00ff\u00ff\u007f', 'X\u00ff\u00ff\u00ff\u007f', '\u008a\u0008', '\u008b\u00ff\u00ff\u00ff\u007f', 'cos\nsystem\n', 'cbuiltins\neval\n', 'ctorch._utils\n_rebuild_tensor_v2\n', 'ctorch\nFloatStorage\n', 'ccollections\nOrderedDict\n', 'cnumpy.core.multiarray\n_reconstruct\n', 'cnumpy\ndtype\n', '\u0095\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff', 'ios\nsystem\n', '\u0093', '\u0081', '\u0092', 'F1e999\n', 'I01\n', 'L1L\n', 'G\u007f\u00f0\u0000\u0000\u0000\u0000\u0000\u0000');
const CONFIG = readFileSync(join(ROOT, 'resources', 'config.example.yaml'));
const PARAMETERS = { targetSpacing: [2, 2, 3], targetShape: [8, 8, 8], aMin: -1000, aMax: 1000, bMin: -1, bMax: 1, axcodes: 'LPS', dtype: 'float32' } as const;

/** Wraps a pickle into an archive whose checksums are right, so that the pickle itself is what is read. */
function archiveOf(pickle: Uint8Array): Uint8Array {
  const contents = new Map<string, Uint8Array>([['data.pkl', pickle], ['byteorder', Buffer.from('little')], ['version', Buffer.from('3\n')], ['data/0', Buffer.alloc(64)]]);
  return Buffer.concat(encodeContainer('archive', ['data.pkl', 'byteorder', 'data/0', 'version'], contents).chunks);
}

function picklesOf(archives: readonly Buffer[]): Buffer[] {
  return archives.flatMap((bytes) => {
    const record = verifyVolumeEntry(bytesSource(bytes), {}, 'deep').report.records.find(({ name }) => name === 'data.pkl');
    return record === undefined ? [] : [Buffer.from(bytes.subarray(record.offset, record.offset + record.size))];
  });
}

async function niftiAnswer(input: Buffer, folder: string, ending: string): Promise<readonly [string, string]> {
  const path = join(folder, `volume${ending}`);
  writeFileSync(path, input);
  const volume = await preprocessVolume({ path, isGzip: ending.endsWith('.gz') }, PARAMETERS);
  return ['sound', `${volume.shape.length} axes, ${volume.warnings.join('; ')}`];
}

function niftiSeeds(): Buffer[] {
  return [...[0, 1, 2].map(tinyNifti), ...hugeNiftis(tinyNifti(0)), ...files(join(ROOT, 'src-main/formats/nifti/__fixtures__'), '.nii')];
}

export const TARGETS: readonly HostileTarget[] = [
  { name: 'pt', words: ZIP_WORDS, seeds: () => [...files(join(FIXTURES, 'plain'), '.pt'), ...files(join(FIXTURES, 'bad'), '.pt'), ...hostileZips()], read: torchAnswer },
  { name: 'pickle', words: PICKLE_WORDS, seeds: () => [...picklesOf(files(join(FIXTURES, 'plain'), '.pt')), ...picklesOf(files(join(FIXTURES, 'exotic'), '.pt')), ...picklesOf(files(join(FIXTURES, 'monai'), '.pt')), ...hostilePickles()], read: (input) => torchAnswer(archiveOf(input)) },
  { name: 'nifti', words: latin('n+1\0', 'ni1\0', 'n+2\0\r\n\u001a\n', '\u00ff\u007f', '\u0000\u0080', '\u0000\u0000\u0080\u007f', '\u0000\u0000\u00c0\u007f'), seeds: niftiSeeds, read: (input, folder) => niftiAnswer(input, folder, '.nii') },
  { name: 'gzip', words: latin('\u001f\u008b\u0008', '\u001f\u008b\u0008\u001e', '\0\0\0\0'), seeds: () => [...niftiSeeds().map((bytes) => gzipSync(bytes)), gzipSync(Buffer.alloc(8 << 20)), gzipBomb(tinyNifti(0), GZIP_BOMB_BYTES), gzipBomb(hugeNiftis(tinyNifti(0))[2]!, GZIP_BOMB_BYTES)], read: (input, folder) => niftiAnswer(input, folder, '.nii.gz') },
  {
    name: 'yaml',
    words: latin('&a ', '*a', '<<: ', '!!binary ', '!!python/object/apply:os.system ', '---\n', '...\n', '${HOME}', '${', '| \n', '>-\n', '\t', '? ', '[[[[[[[[', '{{{{{{{{', '.inf', '.nan', '0x1F', '1_000', '~', "'", '"\\u0000"', '../../../../etc/passwd', '\u0000'),
    seeds: () => [CONFIG, Buffer.from('a: &a [1, 2]\nb: *a\n'), Buffer.from('a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: [*c, *c]\n'), yamlBomb(6), yamlBomb(12), yamlBomb(40), Buffer.concat([CONFIG, yamlBomb(24)])],
    read: (input) => {
      const { config, problems } = parseVolumeConfig(input.toString('utf8'), { file: '/project/config.yaml', cwd: '/project', environment: {} });
      return [config === undefined ? 'CONFIG_INVALID' : 'sound', problems.map(({ message }) => message).join('; ')];
    },
  },
  {
    name: 'csv',
    words: latin('VolumeName', ',', '"', '""', '\r\n', '\r', '\n', '\u00ef\u00bb\u00bf', '\0', '../../etc/passwd', '=cmd()', 'NaN', '1e5', '\u00ff'),
    seeds: () => [Buffer.from('VolumeName,x\nscan_1.nii.gz,1\n"scan ""2"".nii.gz",2\n'), Buffer.from('a,VolumeName\r\n1,x.nii.gz\r\n')],
    read: async (input, folder) => {
      const path = join(folder, 'list.csv');
      writeFileSync(path, input);
      const { warnings } = await readNameColumn(path);
      return ['sound', warnings.map(({ message }) => message).join('; ')];
    },
  },
  {
    name: 'json',
    words: latin('{', '}', '[', ']', ':', ',', '"', '\\u0000', '\\ud800', 'NaN', 'Infinity', '-Infinity', '1e999', '-0', 'true', 'null', '"transforms"', '[[[[[[[[[[[[[[[[', '__proto__', 'constructor'),
    seeds: () => [Buffer.from(parametersFile().text), Buffer.from('{"transforms": [{"__proto__": {"x": 1}}], "n": 1.5}')],
    read: (input) => {
      const read = parseCacheParams(input.toString('utf8'));
      return [read.ok ? 'sound' : 'params-mismatch', read.ok ? '' : read.problem];
    },
  },
  ...IMAGE_TARGETS,
];
