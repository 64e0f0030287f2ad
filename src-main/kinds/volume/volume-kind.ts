import { lstat, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Finding } from '../../contract/findings.ts';
import type { NamedPath } from '../../contract/config.ts';
import type { ParameterLine } from '../../contract/plan.ts';
import { AS_IT_IS, LarderError, errnoOf, fileError, isLarderError } from '../../base/index.ts';
import type { CacheKind, ItemList, ItemOrigin, KindConfig, KindItem, RawRequest, RecognisedCache } from '../kind.ts';
import { checkVolumeConfig, rawDirectoryOf, readVolumeConfig } from './config.ts';
import type { VolumeConfig } from './config.ts';
import type { VolumeFormat, VolumeParameters } from './contract.ts';
import type { VolumeExpectation } from './entry-file.ts';
import { parseCacheParams } from './fingerprint-read.ts';
import { entryKey, repositoryPath, sourcePath } from './keys.ts';
import { readVolumeList } from './list.ts';
import { estimateMemoryBytes } from './preprocess-memory.ts';
import { rawFacts, readRawHeader } from './raw-facts.ts';
import type { VolumeInspectPayload, VolumePreprocessPayload, VolumePreviewPayload, VolumeRawPayload, VolumeVerifyPayload } from './tasks.ts';
import type { GreyWindow } from './window.ts';
import { clippedRange } from './window.ts';

export const PARAMETERS_FILE = 'cache_params.json';
const ENTRY_NAME = /^([0-9a-f]{32})\.pt$/;
/** A rest of MONAI's own writing (it moves a folder's file), of ours, or of an editor. */
const TEMPORARY_NAME = /(\.larder-tmp|\.tmp|\.part|~)$|^tmp[a-z0-9_]{6,}$/;

const BYTES_PER_VALUE = { float32: 4, float64: 8, float16: 2, bfloat16: 2 } as const;
/** The pickle, directory and padding of a MONAI file: between 7 and 9 kB in all that were seen. */
const ENTRY_OVERHEAD_BYTES = 8_192;
/** Node, the code and stream buffers; the finished tensor and its slices come on top. */
const WORKER_BASE_BYTES = 150 * 2 ** 20;

function number(value: number): string {
  return String(value).replace('-', '−');
}

/** Parameters as a person writes them. */
export function parameterLines(parameters: VolumeParameters): ParameterLine[] {
  const { targetSpacing, targetShape, aMin, aMax, bMin, bMax, axcodes, dtype } = parameters;
  const to = bMin === null && bMax === null ? '' : ` → ${bMin === null ? 'open' : number(bMin)}…${bMax === null ? 'open' : number(bMax)}`;
  return [
    { name: 'spacing', value: `${targetSpacing.map(number).join(' × ')} mm` },
    { name: 'shape', value: targetShape.map(number).join(' × ') },
    { name: 'orientation', value: axcodes },
    { name: 'window', value: `${number(aMin)}…${number(aMax)}${to}` },
    { name: 'dtype', value: dtype },
  ];
}

/** Shape an entry must have: any number of channels, and any size where the parameters keep the axis. */
function expectationOf(parameters: VolumeParameters): VolumeExpectation {
  return {
    shape: [-1, ...parameters.targetShape.map((size) => (size > 0 ? size : -1))],
    dtype: parameters.dtype,
    // Equal bounds of the window switch clipping off; then any value may come out.
    ...(parameters.aMin === parameters.aMax ? {} : { bMin: parameters.bMin, bMax: parameters.bMax }),
  };
}

function entryBytes(parameters: VolumeParameters): number | undefined {
  if (parameters.targetShape.some((size) => size <= 0)) return undefined;
  return parameters.targetShape.reduce((product, size) => product * size, BYTES_PER_VALUE[parameters.dtype]) + ENTRY_OVERHEAD_BYTES;
}

class VolumeKindConfig implements KindConfig {
  readonly kind = 'volume';
  readonly #config: VolumeConfig;

  constructor(config: VolumeConfig) {
    this.#config = config;
  }

  get configPath(): string {
    return this.#config.configPath;
  }
  get directory(): string {
    return join(this.#config.cacheRoot, this.#config.fingerprint.directoryName);
  }
  get parametersFile(): { file: string; text: string } {
    return { file: PARAMETERS_FILE, text: this.#config.fingerprint.cacheParamsJson };
  }
  get parameters(): ParameterLine[] {
    return parameterLines(this.#config.parameters);
  }
  get repository(): KindConfig['repository'] {
    return this.#config.repository;
  }
  get rawDirectories(): string[] {
    const { rawDirectory, splitRawDirectories } = this.#config;
    return splitRawDirectories === undefined ? [rawDirectory] : [splitRawDirectories.train, splitRawDirectories.valid];
  }
  get paths(): NamedPath[] {
    const { cacheRoot, rawDirectory, splitRawDirectories, lists } = this.#config;
    const raw = splitRawDirectories === undefined ? [{ name: 'raw files', path: rawDirectory }] : (['train', 'valid'] as const).map((split) => ({ name: `raw files, ${split}`, path: splitRawDirectories[split] }));
    return [{ name: 'caches', path: cacheRoot }, ...raw, ...lists.map(({ split, path }) => ({ name: `list, ${split}`, path }))];
  }
  get warnings(): string[] {
    return this.#config.warnings.map((problem) => `${problem.file}:${problem.line}:${problem.column}: ${problem.message}`);
  }
  get entryBytes(): number | undefined {
    return entryBytes(this.#config.parameters);
  }
  get workerBytes(): number {
    return WORKER_BASE_BYTES + 2 * (this.entryBytes ?? 64 * 2 ** 20);
  }

  workerBytesFor(head: Uint8Array): number | undefined {
    try {
      return estimateMemoryBytes(readRawHeader(head), this.#config.parameters);
    } catch (error) {
      // What is wrong with the file is told when it is its turn.
      if (!isLarderError(error)) throw error;
      return undefined;
    }
  }

  async listItems(signal: AbortSignal): Promise<ItemList> {
    const list = await readVolumeList(this.#config.lists, signal);
    return {
      count: list.items.length,
      perSplit: list.perSplit,
      warnings: list.warnings.map((warning) => `${warning.file}:${warning.line}: ${warning.message}`),
      items: Array.from(list.items, (item) => ({ key: entryKey(item.nameText), name: item.nameText, split: item.split, hasPath: item.name !== null })),
    };
  }

  originOf(item: KindItem & { readonly hasPath?: boolean }): ItemOrigin {
    if (item.hasPath === false) {
      throw new LarderError('NAME_INVALID', `The volume name ${item.name} is a number or missing in the list, and the original pipeline cannot make a path of it.`, { hint: 'Correct the VolumeName column of the CSV.' });
    }
    return { localPath: join(rawDirectoryOf(this.#config, item.name), sourcePath(item.name, this.#config.dirStructure)), repositoryPath: repositoryPath(item.name) };
  }

  preprocessPayload(request: Parameters<KindConfig['preprocessPayload']>[0]): VolumePreprocessPayload {
    return {
      key: request.item.key,
      name: request.item.name,
      rawPath: request.rawPath,
      localPath: request.localPath,
      stagedPath: request.stagedPath,
      format: request.format as VolumeFormat,
      parameters: this.#config.parameters,
    };
  }
}

/** A real one has 5 kB. */
const PARAMETERS_MAX_BYTES = 1 << 20;

interface ReadParameters {
  /** Undefined if there are none, or something else of that name. */
  readonly text: string | undefined;
  readonly isLink: boolean;
}

/** `cache_params.json` as it is: a cache may come from anybody, and a link in it may lead anywhere. */
async function readParameters(directory: string): Promise<ReadParameters> {
  const path = join(directory, PARAMETERS_FILE);
  try {
    const facts = await lstat(path);
    const isRead = facts.isFile() && facts.size <= PARAMETERS_MAX_BYTES;
    return { text: isRead ? await readFile(path, { encoding: 'utf8', flag: AS_IT_IS }) : undefined, isLink: facts.isSymbolicLink() };
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === 'ENOENT' || errno === 'ENOTDIR') return { text: undefined, isLink: false };
    throw fileError(error, path, 'reading the parameters of the cache');
  }
}

function rawPayload({ path, name, channel, outputPath }: RawRequest, window: GreyWindow | undefined): VolumeRawPayload {
  return { path, isGzip: /\.gz$/i.test(name), channel, window, outputPath };
}

/** How a directory without a config is recognised: by its parameters, or by what its entries are called. */
async function recogniseVolumes(directory: string, names: readonly string[]): Promise<RecognisedCache | undefined> {
  const { text, isLink } = await readParameters(directory);
  if (text === undefined && !names.some((name) => ENTRY_NAME.test(name))) return undefined;
  const findings: Finding[] = [];
  let expected: VolumeExpectation = {};
  let parameters: ParameterLine[] = [];
  let rawWindow: GreyWindow | undefined;
  if (isLink) findings.push({ code: 'params-mismatch', severity: 'warning', file: PARAMETERS_FILE, message: `${PARAMETERS_FILE} is a link and was not followed: nothing is known of the parameters.` });
  if (text !== undefined) {
    const read = parseCacheParams(text);
    const name = directory.slice(directory.lastIndexOf('/') + 1);
    if (read.ok) {
      expected = expectationOf(read.parameters);
      parameters = parameterLines(read.parameters);
      rawWindow = clippedRange(read.parameters);
    } else findings.push({ code: 'params-mismatch', severity: 'warning', file: PARAMETERS_FILE, message: `${PARAMETERS_FILE} is of no use for checking: ${read.problem}.` });
    if (read.directoryName !== undefined && read.directoryName !== name && /^[0-9a-f]{32}$/.test(name)) {
      findings.push({ code: 'params-mismatch', severity: 'error', file: PARAMETERS_FILE, message: `The folder is named ${name}, but the parameters in ${PARAMETERS_FILE} belong to ${read.directoryName}.` });
    }
  }
  return {
    kind: 'volume',
    directory,
    parameters,
    findings,
    inspectPayload: (request) => ({ ...request, expected }) satisfies VolumeInspectPayload,
    previewPayload: (request) => ({ ...request, expected }) satisfies VolumePreviewPayload,
    rawPayload: (request) => rawPayload(request, rawWindow),
    verifyPayload: (request) => ({ ...request, expected }) satisfies VolumeVerifyPayload,
  };
}

/** MONAI `PersistentDataset` directories of preprocessed volumes. */
export const volumeKind: CacheKind = {
  id: 'volume',
  folders: [''],
  entryFiles: (key) => [`${key}.pt`],
  claimsConfig: (text) => /^(?:image_processing|torch_dtype)\s*:/m.test(text),
  async readConfig(path, options) {
    return new VolumeKindConfig(await readVolumeConfig(path, options));
  },
  async checkConfig(text, options) {
    const { config, problems } = await checkVolumeConfig(text, options);
    return { problems, ...(config === undefined ? {} : { config: new VolumeKindConfig(config) }) };
  },
  keyOfFile: (file) => ENTRY_NAME.exec(file)?.[1],
  keyOfName: entryKey,
  async readNames(paths, signal) {
    const list = await readVolumeList(paths.map((path) => ({ split: 'train', path })), signal);
    return Array.from(list.items, (item) => ({ key: entryKey(item.nameText), name: item.nameText }));
  },
  rawFacts,
  rawPayload: (request) => rawPayload(request, undefined),
  nameFromSourcePath(path, key) {
    const base = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
    const stem = base.replace(/\.nii(\.gz)?$/, '');
    const plain = stem.replace(/__transformed$/, '');
    return [base, stem, `${plain}.nii.gz`, plain, `${plain}.nii`].find((name) => entryKey(name) === key);
  },
  isTemporaryFile: (file) => TEMPORARY_NAME.test(file),
  isOwnFile: (file) => file === PARAMETERS_FILE,
  recognise: recogniseVolumes,
};
