import { realpath } from 'node:fs/promises';
import { dirname, join, parse, resolve, sep } from 'node:path';
import { errnoOf } from '../../base/index.ts';
import type { ConfigSection } from '../config/index.ts';
import { DIR_STRUCTURES, type DirStructure } from './keys.ts';

export type Split = 'train' | 'valid';

/** One CSV with the volumes of a split. */
export interface VolumeListFile {
  readonly split: Split;
  readonly path: string;
}

/** Paths of the config. Directories are absolute but not yet resolved: they may hold `..` and links. */
export interface ConfigPaths {
  readonly cacheRoot: string;
  readonly rawDirectories: Readonly<Record<Split, string>>;
  readonly dataDirectory: string;
  readonly dirStructure: DirStructure;
  readonly subsets: Readonly<Record<Split, string>>;
}

export const PATH_KEYS = {
  required: ['data_dir', 'cache_dir', 'dir_structure', 'data_subsets'],
  optional: ['img_dir'],
  tolerated: ['base_project_dir', 'train_img_dir', 'valid_img_dir'],
} as const;

const SUBSET_KEYS = { required: ['train', 'valid'], optional: [] } as const;

/** Reads `paths`; undefined if something is missing, with every reason reported. */
export function readPaths(section: ConfigSection | undefined, cwd: string): ConfigPaths | undefined {
  if (section === undefined) return undefined;
  const directory = (key: string): string | undefined => readDirectory(section, key, cwd);
  const cacheRoot = directory('cache_dir');
  const dataDirectory = directory('data_dir');
  const rawDirectories = readRawDirectories(section, directory);
  const dirStructure = readDirStructure(section);
  const subsets = readSubsets(section);
  if (cacheRoot === undefined || dataDirectory === undefined || rawDirectories === undefined) return undefined;
  if (dirStructure === undefined || subsets === undefined) return undefined;
  return { cacheRoot, rawDirectories, dataDirectory, dirStructure, subsets };
}

function readDirectory(section: ConfigSection, key: string, cwd: string): string | undefined {
  const text = section.text(key, 'a directory; a relative one starts at the working directory');
  if (text === undefined) return undefined;
  if (text.includes('\0')) {
    section.error(key, 'holds a NUL character');
    return undefined;
  }
  if (/^~(?:$|[/\\])/.test(text)) section.warning(key, '"~" is not replaced: this is a folder called "~"', 'write ${HOME} instead');
  return absolute(cwd, text);
}

/** Joined without removing `..`, because what `..` means behind a link is only known on disk. */
function absolute(cwd: string, text: string): string {
  return parse(text).root === '' ? `${cwd}${sep}${text}` : text;
}

/** Older files have one image directory per split instead of `img_dir`. */
function readRawDirectories(
  section: ConfigSection,
  directory: (key: string) => string | undefined,
): Record<Split, string> | undefined {
  const [hasTrain, hasValid] = ['train_img_dir', 'valid_img_dir'].map((key) => section.find(key) !== undefined);
  if (section.find('img_dir') !== undefined) {
    if (hasTrain || hasValid) section.warning('img_dir', 'counts; train_img_dir and valid_img_dir beside it are ignored');
    const both = directory('img_dir');
    return both === undefined ? undefined : { train: both, valid: both };
  }
  if (!hasTrain && !hasValid) {
    section.error('img_dir', 'is required and missing', 'the directory of the raw volumes');
    return undefined;
  }
  if (!hasTrain) section.error('train_img_dir', 'is missing beside valid_img_dir', 'both, or img_dir alone');
  if (!hasValid) section.error('valid_img_dir', 'is missing beside train_img_dir', 'both, or img_dir alone');
  const [train, valid] = [directory('train_img_dir'), directory('valid_img_dir')];
  return train === undefined || valid === undefined ? undefined : { train, valid };
}

function readDirStructure(section: ConfigSection): DirStructure | undefined {
  const allowed = DIR_STRUCTURES.join(' or ');
  const text = section.text('dir_structure', allowed);
  if (text === undefined) return undefined;
  const found = DIR_STRUCTURES.find((name) => name === text);
  if (found === undefined) section.error('dir_structure', `"${text.slice(0, 40)}" is not a known layout`, allowed);
  return found;
}

function readSubsets(section: ConfigSection): Record<Split, string> | undefined {
  const subsets = section.section('data_subsets', SUBSET_KEYS);
  const allowed = 'a CSV file; a relative one is below data_dir';
  const [train, valid] = [subsets?.text('train', allowed), subsets?.text('valid', allowed)];
  return train === undefined || valid === undefined ? undefined : { train, valid };
}

/** The CSVs in the order in which their volumes are listed. */
export function listFiles(dataDirectory: string, subsets: Readonly<Record<Split, string>>): VolumeListFile[] {
  return (['train', 'valid'] as const).map((split) => ({ split, path: resolve(dataDirectory, subsets[split]) }));
}

/**
 * Python's `Path.resolve()`: links are followed as far as the path exists, `..` is taken after the
 * link before it, the rest is appended. The result is recorded in every entry (`filename_or_obj`), so
 * it has to be Python's.
 */
export async function resolveLikePython(path: string): Promise<string> {
  const { root } = parse(path);
  let current = root;
  for (const part of path.slice(root.length).split(sep === '\\' ? /[/\\]+/ : /\/+/)) {
    if (part === '' || part === '.') continue;
    current = part === '..' ? dirname(current) : await followed(join(current, part));
  }
  return current;
}

async function followed(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    return path;
  }
}
