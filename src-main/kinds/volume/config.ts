import { dirname, join, resolve } from 'node:path';
import { errnoOf, LarderError } from '../../base/index.ts';
import { parseDotenv } from '../../formats/dotenv/index.ts';
import { parseYaml, type YamlMapping } from '../../formats/yaml/index.ts';
import { replaceVariables, type Environment } from './config-environment.ts';
import { listFiles, PATH_KEYS, readPaths, resolveLikePython, type ConfigPaths, type VolumeListFile } from './config-paths.ts';
import { ConfigProblems, ConfigSection, invalidConfig, readConfigText, type ConfigProblem } from '../config/index.ts';
import { PROCESSING_KEYS, readProcessing, type Processing } from './config-processing.ts';
import { DOWNLOAD_KEYS, readRepository, type RepositorySettings } from './config-repository.ts';
import type { VolumeParameters } from './contract.ts';
import type { VolumeFingerprint } from './fingerprint.ts';
import type { DirStructure } from './keys.ts';

export { formatConfigProblem, type ConfigProblem } from '../config/index.ts';
export type { Split, VolumeListFile } from './config-paths.ts';
export type { RepositorySettings } from './config-repository.ts';

/** A volume cache as its YAML file describes it. All paths are absolute. */
export interface VolumeConfig {
  readonly configPath: string;
  /** The cache directory is `<cacheRoot>/<fingerprint.directoryName>`. */
  readonly cacheRoot: string;
  /** `img_dir`; in older files `train_img_dir`. Ask `rawDirectoryOf` for the directory of a volume. */
  readonly rawDirectory: string;
  /** Only in older files, which keep the two splits apart. */
  readonly splitRawDirectories?: Readonly<Record<'train' | 'valid', string>>;
  readonly dirStructure: DirStructure;
  /** In the order in which their volumes are listed. */
  readonly lists: readonly VolumeListFile[];
  readonly parameters: VolumeParameters;
  readonly fingerprint: VolumeFingerprint;
  /** Missing where nothing can be downloaded. */
  readonly repository?: RepositorySettings;
  readonly warnings: readonly ConfigProblem[];
}

export interface ParseOptions {
  /** Path of the config, for messages and `configPath`. */
  readonly file: string;
  /** Where relative directories start; absolute. */
  readonly cwd: string;
  readonly environment: Environment;
  /** Text of the `.env` beside the config; the environment wins over it. */
  readonly dotenv?: string;
}

export interface ParsedVolumeConfig {
  /** Missing when one of the problems is an error. */
  readonly config?: VolumeConfig;
  /** Everything that is wrong, in order of the file. */
  readonly problems: readonly ConfigProblem[];
}

const ROOT_KEYS = { required: ['torch_dtype', 'paths', 'image_processing'], optional: ['downloads'] } as const;

/**
 * Reads the text of a config. Pure: nothing is looked up on disk, so links in paths are not followed
 * and `..` is taken as written; `readVolumeConfig` does better.
 */
export function parseVolumeConfig(text: string, options: ParseOptions): ParsedVolumeConfig {
  const { draft, problems } = readDraft(text, options);
  if (draft === undefined) return { problems };
  return { config: finish(draft, options, problems, (path) => resolve(path)), problems };
}

/**
 * Reads a config file and the `.env` beside it. Directories come back as Python's `Path.resolve()`
 * gives them.
 *
 * @throws CONFIG_UNREADABLE; CONFIG_INVALID with every problem in the message and in `details.problems`
 */
export async function readVolumeConfig(
  path: string,
  options: { readonly cwd: string; readonly environment: Environment },
): Promise<VolumeConfig> {
  const file = resolve(options.cwd, path);
  const { config, problems } = await checkVolumeConfig(await readConfigText(file), { ...options, file });
  if (config === undefined) throw invalidConfig(file, problems);
  return config;
}

/**
 * Reads the text of a config as if it were in `file`, with the `.env` beside that and directories as
 * Python's `Path.resolve()` gives them. The file itself need not exist.
 *
 * @throws CONFIG_UNREADABLE if there is a `.env` that cannot be read
 */
export async function checkVolumeConfig(text: string, options: Omit<ParseOptions, 'dotenv'>): Promise<ParsedVolumeConfig> {
  const dotenv = await readDotenv(join(dirname(options.file), '.env'));
  const parseOptions = { ...options, ...(dotenv === undefined ? {} : { dotenv }) };
  const { draft, problems } = readDraft(text, parseOptions);
  if (draft === undefined) return { problems };
  const resolved = new Map<string, string>();
  for (const directory of directoriesOf(draft)) resolved.set(directory, await resolveLikePython(directory));
  return { config: finish(draft, parseOptions, problems, (directory) => resolved.get(directory) ?? resolve(directory)), problems };
}

/** Directory in which the raw file of a volume is looked for; `sourcePath` is below it. */
export function rawDirectoryOf(config: Pick<VolumeConfig, 'rawDirectory' | 'splitRawDirectories'>, name: string): string {
  const { rawDirectory, splitRawDirectories } = config;
  if (splitRawDirectories === undefined) return rawDirectory;
  return name.includes('train') ? splitRawDirectories.train : splitRawDirectories.valid;
}

/** Everything the text says, with directories not yet resolved. */
interface Draft extends Processing {
  readonly paths: ConfigPaths;
  readonly repository?: RepositorySettings;
}

function readDraft(text: string, options: ParseOptions): { draft?: Draft; problems: ConfigProblem[] } {
  const problems = new ConfigProblems(options.file);
  const environment = mergeEnvironment(options, problems);
  const mapping = readMapping(text, environment, problems);
  if (mapping === undefined) return { problems: problems.all() };
  const root = new ConfigSection(mapping, '', ROOT_KEYS, problems);
  const repository = readDownloads(root, options.cwd, problems);
  const paths = readPaths(root.section('paths', PATH_KEYS), options.cwd);
  const processing = readProcessing(root, root.section('image_processing', PROCESSING_KEYS), problems);
  if (paths === undefined || processing === undefined || problems.hasErrors) return { problems: problems.all() };
  return { draft: { ...processing, paths, ...(repository === undefined ? {} : { repository }) }, problems: problems.all() };
}

function mergeEnvironment({ dotenv, environment, file }: ParseOptions, problems: ConfigProblems): Environment {
  if (dotenv === undefined) return environment;
  const { values, unreadableLines } = parseDotenv(dotenv, environment);
  for (const line of unreadableLines) {
    const message = 'this line is not NAME=value and is skipped';
    problems.addForeign({ severity: 'warning', file: join(dirname(file), '.env'), line, column: 1, path: '', message });
  }
  const set = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== undefined));
  return { ...Object.fromEntries(values), ...set };
}

function readMapping(text: string, environment: Environment, problems: ConfigProblems): YamlMapping | undefined {
  const { root, problems: yamlProblems } = parseYaml(text);
  for (const problem of yamlProblems) problems[problem.severity](problem, '', problem.message);
  if (root === undefined) {
    if (!problems.hasErrors) problems.error({ line: 1, column: 1 }, '', 'the file is empty', 'a mapping with paths and image_processing');
    return undefined;
  }
  const replaced = replaceVariables(root, environment, problems);
  if (replaced.kind === 'mapping') return replaced;
  problems.error(replaced, '', 'the file is not a mapping', 'lines of "key: value", with paths and image_processing');
  return undefined;
}

function readDownloads(root: ConfigSection, cwd: string, problems: ConfigProblems): RepositorySettings | undefined {
  if (root.find('downloads')?.kind === 'null') return undefined;
  const repository = readRepository(root.section('downloads', DOWNLOAD_KEYS), problems);
  if (repository?.cacheDirectory === undefined) return repository;
  return { ...repository, cacheDirectory: resolve(cwd, repository.cacheDirectory) };
}

function directoriesOf({ paths }: Draft): string[] {
  return [paths.cacheRoot, paths.dataDirectory, paths.rawDirectories.train, paths.rawDirectories.valid];
}

function finish(draft: Draft, options: ParseOptions, problems: readonly ConfigProblem[], resolved: (path: string) => string): VolumeConfig {
  const { paths, parameters, fingerprint, repository } = draft;
  const { train, valid } = paths.rawDirectories;
  return {
    configPath: options.file,
    cacheRoot: resolved(paths.cacheRoot),
    rawDirectory: resolved(train),
    ...(train === valid ? {} : { splitRawDirectories: { train: resolved(train), valid: resolved(valid) } }),
    dirStructure: paths.dirStructure,
    lists: listFiles(resolved(paths.dataDirectory), paths.subsets),
    parameters,
    fingerprint,
    ...(repository === undefined ? {} : { repository }),
    warnings: problems,
  };
}

/** Most configs have no `.env` beside them. */
async function readDotenv(path: string): Promise<string | undefined> {
  try {
    return await readConfigText(path);
  } catch (error) {
    const errno = error instanceof LarderError ? errnoOf(error.cause) : undefined;
    if (errno === 'ENOENT' || errno === 'EISDIR') return undefined;
    throw error;
  }
}
