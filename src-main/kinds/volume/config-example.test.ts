import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseYaml, type YamlNode } from '../../formats/yaml/index.ts';
import { PATH_KEYS } from './config-paths.ts';
import { PROCESSING_KEYS } from './config-processing.ts';
import { DOWNLOAD_KEYS } from './config-repository.ts';
import { parseVolumeConfig } from './config.ts';

/** The part of JSON Schema the file uses. */
interface Schema {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly items?: Schema;
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly minLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly description?: string;
}

const resources = new URL('../../../resources/', import.meta.url);
const example = readFileSync(new URL('config.example.yaml', resources), 'utf8');
const schema = JSON.parse(readFileSync(new URL('config.schema.json', resources), 'utf8')) as Schema;

function plain(node: YamlNode): unknown {
  switch (node.kind) {
    case 'sequence':
      return node.items.map(plain);
    case 'mapping':
      return Object.fromEntries(node.entries.map(({ key, value }) => [key.text, plain(value)]));
    case 'int':
      return Number(node.value);
    default:
      return node.value;
  }
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return Number.isInteger(value) ? 'integer' : typeof value;
}

/** Whether a schema accepts a value; only the keywords above. */
function accepts({ type, ...rules }: Schema, value: unknown): boolean {
  const types = type === undefined ? undefined : [type].flat();
  const actual = typeOf(value);
  if (types !== undefined && !types.includes(actual) && !(actual === 'integer' && types.includes('number'))) return false;
  if (rules.enum !== undefined && !rules.enum.includes(value)) return false;
  if (rules.anyOf !== undefined && !rules.anyOf.some((option) => accepts(option, value))) return false;
  if (rules.oneOf !== undefined && rules.oneOf.filter((option) => accepts(option, value)).length !== 1) return false;
  if (typeof value === 'string') return value.length >= (rules.minLength ?? 0) && new RegExp(rules.pattern ?? '').test(value);
  if (typeof value === 'number') return value >= (rules.minimum ?? -Infinity) && value <= (rules.maximum ?? Infinity);
  if (Array.isArray(value)) return acceptsItems(rules, value);
  return typeof value !== 'object' || value === null || acceptsProperties(rules, value);
}

function acceptsItems({ items = {}, minItems = 0, maxItems = Infinity }: Schema, value: readonly unknown[]): boolean {
  return value.length >= minItems && value.length <= maxItems && value.every((item) => accepts(items, item));
}

function acceptsProperties({ properties = {}, required = [] }: Schema, value: object): boolean {
  const entries = Object.entries(value);
  if (!required.every((key) => Object.hasOwn(value, key))) return false;
  return entries.every(([key, item]) => properties[key] === undefined || accepts(properties[key], item));
}

describe('the example config', () => {
  test('has no problems and is the directory of the reference', () => {
    const { config, problems } = parseVolumeConfig(example, { file: 'config.example.yaml', cwd: '/', environment: {} });
    expect(problems).toEqual([]);
    expect(config?.fingerprint.directoryName).toBe('71a83277d45c9b21d998437693007477');
  });

  test('has no problems with every commented key in it, either', () => {
    const all = example.replaceAll(/^( *)# (hf_token|hf_cache_dir|revision|endpoint):/gm, '$1$2:');
    const { config, problems } = parseVolumeConfig(all, { file: 'c.yaml', cwd: '/', environment: { HF_TOKEN: 't', HOME: '/home/u' } });
    expect(problems).toEqual([]);
    expect(config?.repository).toEqual({
      repoId: 'ibrahimhamamci/CT-RATE',
      maxWorkers: 8,
      token: 't',
      cacheDirectory: '/home/u/.cache/huggingface/hub',
      revision: 'main',
      endpoint: 'https://huggingface.co',
    });
  });
});

describe('the schema for editors', () => {
  test('accepts the example', () => {
    const { root } = parseYaml(example);
    expect(accepts(schema, plain(root!))).toBe(true);
  });

  test.each([
    ['no torch_dtype', (text: string) => text.replace(/^torch_dtype.*$/m, '')],
    ['a text for a number', (text: string) => text.replace('clip_hu_min: -1000', 'clip_hu_min: 1e3')],
    ['two sizes', (text: string) => text.replace('[128, 256, 256]', '[128, 256]')],
    ['an unknown layout', (text: string) => text.replace('"nested"', '"deep"')],
    ['no image directory', (text: string) => text.replace(/^ *img_dir.*$/m, '')],
    ['no workers', (text: string) => text.replace('max_workers: 8', 'max_workers: 0')],
  ])('refuses %s, as the parser does', (_, change) => {
    const text = change(example);
    expect(accepts(schema, plain(parseYaml(text).root!))).toBe(false);
    expect(parseVolumeConfig(text, { file: 'c.yaml', cwd: '/', environment: {} }).config).toBeUndefined();
  });

  test.each([
    ['paths', PATH_KEYS],
    ['image_processing', { ...PROCESSING_KEYS, tolerated: [] }],
    ['downloads', { ...DOWNLOAD_KEYS, tolerated: [] }],
  ])('knows the keys of %s that the parser knows, and describes each', (section, { required, optional, tolerated }) => {
    const part = schema.properties![section]!;
    expect(Object.keys(part.properties!).sort()).toEqual([...required, ...optional, ...tolerated].sort());
    expect(part.required ?? []).toEqual(required);
    expect(Object.values(part.properties!).every((property) => (property.description ?? '') !== '')).toBe(true);
  });
});
