import { resolve } from 'node:path';
import type { ConfigProblem } from '../../contract/config.ts';
import { isYamlScalar, parseYaml } from '../../formats/yaml/index.ts';
import type { YamlNode } from '../../formats/yaml/index.ts';
import { ConfigProblems, ConfigSection, describeNode, invalidConfig, readConfigText } from '../config/index.ts';
import { DEFAULT_INDEX_PREFIX } from './cache-json.ts';
import type { ImageSplit } from './contract.ts';
import { DEFAULT_HEIGHT, HEIGHT_LIMITS, IMAGE_SPLITS } from './contract.ts';

/** An image cache as its YAML file describes it. All folders are absolute. */
export interface ImageConfig {
  readonly configPath: string;
  readonly directory: string;
  readonly corpusDirectory: string;
  readonly fontsDirectory: string;
  /** What stands before a font's file name in keys, as training writes it: `fonts/`. */
  readonly fontPrefix: string;
  readonly fontsPerLine: number | 'all';
  readonly height: number;
  readonly splits: readonly ImageSplit[];
  /** Of each split; 0 for all. */
  readonly maxLines: number;
  readonly indexPrefix: string;
  readonly isIndexSlim: boolean;
  readonly warnings: readonly ConfigProblem[];
}

const KEYS = {
  required: ['kind'],
  optional: ['cache_dir', 'corpus_dir', 'fonts_dir', 'font_prefix', 'fonts_per_line', 'height', 'splits', 'max_lines', 'index_prefix', 'index'],
} as const;

export interface ReadOptions {
  readonly file: string;
  /** Where relative folders start; absolute. */
  readonly cwd: string;
}

/** True for a config of this kind: it says so. */
export function claimsImageConfig(text: string): boolean {
  return /^kind\s*:\s*["']?image["']?\s*(?:#.*)?$/m.test(text);
}

/** @throws CONFIG_UNREADABLE, CONFIG_INVALID with every problem */
export async function readImageConfig(path: string, cwd: string): Promise<ImageConfig> {
  const file = resolve(cwd, path);
  const { config, problems } = parseImageConfig(await readConfigText(file), { file, cwd });
  if (config === undefined) throw invalidConfig(file, problems);
  return config;
}

/** Reads the text of a config; every problem has its line. Folders are not looked at. */
export function parseImageConfig(text: string, { file, cwd }: ReadOptions): { readonly config?: ImageConfig; readonly problems: readonly ConfigProblem[] } {
  const problems = new ConfigProblems(file);
  const { root, problems: yamlProblems } = parseYaml(text);
  for (const problem of yamlProblems) problems[problem.severity](problem, '', problem.message);
  if (root === undefined || root.kind !== 'mapping') {
    if (!problems.hasErrors) problems.error(root ?? { line: 1, column: 1 }, '', 'the file is not a mapping', 'lines of "key: value", with "kind: image"');
    return { problems: problems.all() };
  }
  const section = new ConfigSection(root, '', KEYS, problems);
  const folder = (key: string, otherwise: string): string => resolve(cwd, section.text(key, 'a folder') ?? otherwise);
  const config = {
    configPath: file,
    directory: folder('cache_dir', DEFAULT_INDEX_PREFIX),
    corpusDirectory: folder('corpus_dir', 'data/processed'),
    fontsDirectory: folder('fonts_dir', 'fonts'),
    fontPrefix: prefixOf(section),
    fontsPerLine: fontsPerLineOf(section),
    height: count(section, 'height', HEIGHT_LIMITS.min, HEIGHT_LIMITS.max) ?? DEFAULT_HEIGHT,
    splits: splitsOf(section),
    maxLines: count(section, 'max_lines', 0, Number.MAX_SAFE_INTEGER) ?? 0,
    indexPrefix: (section.text('index_prefix') ?? DEFAULT_INDEX_PREFIX).replace(/[/\\]+$/, ''),
    isIndexSlim: choice(section, 'index', ['full', 'slim']) === 'slim',
  };
  choice(section, 'kind', ['image']);
  return problems.hasErrors ? { problems: problems.all() } : { config: { ...config, warnings: problems.all() }, problems: problems.all() };
}

/** A prefix gets a separator at its end unless it has one; the empty one stays. */
export function withSeparator(prefix: string): string {
  if (prefix === '' || /[/\\]$/.test(prefix)) return prefix;
  return prefix.includes('\\') && !prefix.includes('/') ? `${prefix}\\` : `${prefix}/`;
}

function prefixOf(section: ConfigSection): string {
  const node = section.find('font_prefix');
  if (node?.kind === 'str') return withSeparator(node.value);
  if (node !== undefined) section.error('font_prefix', `is ${describeNode(node)}, not a text`, 'what training writes before a font file, such as fonts/');
  return 'fonts/';
}

function fontsPerLineOf(section: ConfigSection): number | 'all' {
  const node = section.find('fonts_per_line');
  if (node === undefined || (node.kind === 'str' && node.value === 'all')) return 'all';
  return count(section, 'fonts_per_line', 1, 1_000, 'a whole number of at least 1, or all') ?? 'all';
}

function splitsOf(section: ConfigSection): readonly ImageSplit[] {
  const node = section.find('splits');
  if (node === undefined) return IMAGE_SPLITS;
  const items: readonly YamlNode[] = node.kind === 'sequence' ? node.items : [node];
  const named = items.map((item) => IMAGE_SPLITS.find((split) => isYamlScalar(item) && item.text === split));
  if (items.length === 0 || named.includes(undefined)) section.error('splits', 'names something that is no split', `one or more of ${IMAGE_SPLITS.join(', ')}`);
  return IMAGE_SPLITS.filter((split) => named.includes(split));
}

function count(section: ConfigSection, key: string, least: number, most: number, allowed = `a whole number from ${least} to ${most}`): number | undefined {
  const node = section.find(key);
  if (node === undefined) return undefined;
  const value = node.kind === 'int' ? Number(node.value) : NaN;
  if (value >= least && value <= most) return value;
  section.error(key, `is ${describeNode(node)}`, allowed);
  return undefined;
}

function choice(section: ConfigSection, key: string, allowed: readonly string[]): string | undefined {
  const text = section.text(key, allowed.join(' or '));
  if (text === undefined || allowed.includes(text)) return text;
  section.error(key, `is "${text}"`, allowed.join(' or '));
  return undefined;
}
