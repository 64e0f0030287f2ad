import { findYamlEntry, isYamlScalar, type YamlEntry, type YamlMapping, type YamlNode, type YamlPosition } from '../../formats/yaml/index.ts';
import type { ConfigProblems } from './config-problem.ts';
import { closestKey } from './config-spelling.ts';

export interface SectionKeys {
  readonly required: readonly string[];
  readonly optional: readonly string[];
  /** Known, but so rare that no other key is taken for a misspelling of them. */
  readonly tolerated?: readonly string[];
}

/**
 * One mapping of the config, read key by key. Keys it does not know are left alone, because the same
 * file configures the training; only those that look like a misspelt known key are pointed out.
 */
export class ConfigSection {
  private readonly mapping: YamlMapping;
  private readonly path: string;
  private readonly problems: ConfigProblems;

  /** Reports required keys that are missing and keys that look misspelt. */
  constructor(mapping: YamlMapping, path: string, keys: SectionKeys, problems: ConfigProblems) {
    this.mapping = mapping;
    this.path = path;
    this.problems = problems;
    this.checkSpelling(keys);
  }

  get position(): YamlPosition {
    return this.mapping;
  }

  pathOf(key: string): string {
    return this.path === '' ? key : `${this.path}.${key}`;
  }

  find(key: string): YamlNode | undefined {
    return findYamlEntry(this.mapping, key)?.value;
  }

  /** A sub-section; undefined (and reported, unless missing) if it is not a mapping. */
  section(key: string, keys: SectionKeys): ConfigSection | undefined {
    const node = this.find(key);
    if (node === undefined) return undefined;
    if (node.kind === 'mapping') return new ConfigSection(node, this.pathOf(key), keys, this.problems);
    this.error(key, 'is not a mapping', `indented lines with ${[...keys.required, ...keys.optional].join(', ')}`);
    return undefined;
  }

  /** A text that is not empty; undefined (and reported, unless missing) otherwise. */
  text(key: string, allowed = 'a text'): string | undefined {
    const node = this.find(key);
    if (node === undefined) return undefined;
    if (node.kind === 'str' && node.value !== '') return node.value;
    this.error(key, node.kind === 'str' ? 'is empty' : `is ${describeNode(node)}, not a text${quoteHint(node)}`, allowed);
    return undefined;
  }

  error(key: string, message: string, allowed?: string): void {
    this.problems.error(this.find(key) ?? this.mapping, this.pathOf(key), message, allowed);
  }

  warning(key: string, message: string, allowed?: string): void {
    this.problems.warning(this.find(key) ?? this.mapping, this.pathOf(key), message, allowed);
  }

  private checkSpelling({ required, optional, tolerated = [] }: SectionKeys): void {
    const known = [...required, ...optional];
    const strangers = this.mapping.entries.filter(({ key }) => key.kind === 'str' && !known.concat(tolerated).includes(key.value));
    for (const key of known) {
      const isMissing = this.find(key) === undefined;
      const suspect = this.takeSuspect(strangers, key, isMissing);
      if (suspect !== undefined) this.reportSuspect(suspect, key, isMissing && required.includes(key));
      else if (isMissing && required.includes(key)) this.problems.error(this.mapping, this.pathOf(key), 'is required and missing');
    }
  }

  private takeSuspect(strangers: YamlEntry[], key: string, isMissing: boolean): YamlEntry | undefined {
    const index = closestKey(
      strangers.map((entry) => entry.key.text),
      key,
      isMissing,
    );
    return index === undefined ? undefined : strangers.splice(index, 1)[0];
  }

  private reportSuspect({ key }: YamlEntry, meant: string, isNeeded: boolean): void {
    const path = this.pathOf(key.text);
    if (isNeeded) this.problems.error(key, path, `unknown key; is "${meant}" meant? That one is required and missing`, meant);
    else this.problems.warning(key, path, `unknown key, ignored; is "${meant}" meant?`, meant);
  }
}

function quoteHint(node: YamlNode): string {
  return isYamlScalar(node) && node.kind !== 'null' ? '; put it in quotes' : '';
}

/** A value as it is named in a sentence. */
export function describeNode(node: YamlNode): string {
  switch (node.kind) {
    case 'null':
      return 'empty';
    case 'sequence':
      return 'a list';
    case 'mapping':
      return 'a mapping';
    case 'bool':
      return `the boolean ${node.value}`;
    case 'timestamp':
      return `the date ${node.text}`;
    case 'str':
      return `the text "${node.value.slice(0, 40)}"`;
    default:
      return `the number ${node.text}`;
  }
}
