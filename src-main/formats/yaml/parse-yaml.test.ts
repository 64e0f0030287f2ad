import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { MAX_YAML_DEPTH, MAX_YAML_LENGTH, parseYaml } from './parse-yaml.ts';
import { findYamlEntry, type YamlNode } from './yaml-node.ts';

/** Text of a document and what PyYAML 6.0.2 made of it, by e2e/oracle/text_formats.py. */
type Case = [text: string, expected: Typed & { readonly line?: number | null }];
type Typed =
  | { readonly kind: string; readonly value?: string | boolean }
  | { readonly kind: 'sequence'; readonly items: readonly Typed[] }
  | { readonly kind: 'mapping'; readonly entries: readonly (readonly [Typed, Typed])[] };
const documents = JSON.parse(readFileSync(new URL('__fixtures__/pyyaml-documents.json', import.meta.url), 'utf8')) as Case[];

/** PyYAML reads these, the parser underneath refuses them: an error at a place is the safe side. */
const REFUSED_HERE = new Set(['a: [\n1,\n2\n]\n']);

/** Sets and bytes, which have no place in a config. */
function holdsOther(expected: unknown): boolean {
  return JSON.stringify(expected).includes('"kind":"other"');
}

function comparable(node: YamlNode): unknown {
  switch (node.kind) {
    case 'sequence':
      return { kind: 'sequence', items: node.items.map(comparable) };
    case 'mapping':
      return { kind: 'mapping', entries: node.entries.map(({ key, value }) => [comparable(key), comparable(value)]) };
    case 'int':
      return { kind: 'int', value: String(node.value) };
    case 'float':
      return { kind: 'float', value: node.value };
    case 'null':
    case 'timestamp':
      return { kind: node.kind };
    default:
      return { kind: node.kind, value: node.value };
  }
}

function withNumbers(expected: unknown): unknown {
  return JSON.parse(JSON.stringify(expected), (_, item: unknown) => {
    const isFloat = typeof item === 'object' && item !== null && 'kind' in item && item.kind === 'float' && 'value' in item;
    return isFloat ? { kind: 'float', value: Number(item.value) } : item;
  }) as unknown;
}

function errorsOf(text: string): string[] {
  return parseYaml(text)
    .problems.filter((problem) => problem.severity === 'error')
    .map((problem) => problem.message);
}

describe('parseYaml against PyYAML', () => {
  test.each(documents)('%j', (text, expected) => {
    const { root, problems } = parseYaml(text);
    const errors = problems.filter((problem) => problem.severity === 'error');
    if (expected.kind === 'error' || holdsOther(expected) || REFUSED_HERE.has(text)) {
      expect(errors).not.toEqual([]);
    } else if (expected.kind === 'null' && root === undefined) {
      expect(errors).toEqual([]);
    } else {
      expect(errors).toEqual([]);
      expect(comparable(root!)).toEqual(withNumbers(expected));
    }
  });
});

describe('places', () => {
  test('keys and values have their line and column, from 1', () => {
    const { root } = parseYaml('a: 1\nb:\n  key:   [x, 2]\n');
    const b = root?.kind === 'mapping' ? findYamlEntry(root, 'b')!.value : undefined;
    const entry = b?.kind === 'mapping' ? findYamlEntry(b, 'key')! : undefined;
    expect(entry?.key).toMatchObject({ line: 3, column: 3 });
    expect(entry?.value).toMatchObject({ line: 3, column: 10 });
    expect(entry?.value.kind === 'sequence' && entry.value.items[1]).toMatchObject({ line: 3, column: 14 });
  });

  test('lines of a CRLF file', () => {
    const { root } = parseYaml('a: 1\r\nb: 2\r\n');
    expect(root?.kind === 'mapping' && root.entries[1]?.value).toMatchObject({ line: 2, column: 4 });
  });

  test('a tab as indentation is named at its line', () => {
    expect(parseYaml('a:\n\tb: 1\n').problems).toContainEqual(expect.objectContaining({ severity: 'error', line: 2 }));
  });

  // PyYAML 6.0.2 reads the first as {"a": 1}, and the second as two keys.
  test.each(['# note\u2028a: 1\n', 'a: x\u2028b: y\n', "a: 'x\u2029y'\n"])('a line break that cannot be seen is an error: %j', (text) => {
    const { root, problems } = parseYaml(text);
    expect(root).toBeUndefined();
    expect(problems).toEqual([{ severity: 'error', line: 1, column: text.search(/[\u2028\u2029]/) + 1, message: expect.stringMatching(/U\+202[89] stands here/) }]);
  });

  test('a repeated key is a warning at the later one', () => {
    const { problems } = parseYaml('a: 1\nb: 2\na: 3\n');
    expect(problems).toEqual([
      { severity: 'warning', line: 3, column: 1, message: '"a" stands here a second time (first in line 1); the last one counts' },
    ]);
  });
});

describe('limits', () => {
  test('nesting', () => {
    const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
    expect(errorsOf(nested(MAX_YAML_DEPTH))).toEqual([]);
    expect(errorsOf(nested(MAX_YAML_DEPTH + 2))).toEqual([expect.stringContaining('nested deeper')]);
    expect(errorsOf('['.repeat(100_000))).toEqual([expect.stringContaining('nested deeper')]);
    expect(errorsOf('- '.repeat(100_000))).toEqual([expect.stringContaining('nested deeper')]);
    expect(errorsOf('? '.repeat(10_000))).toEqual([expect.stringContaining('nested deeper')]);
  });

  test('length', () => {
    expect(errorsOf(`a: ${'x'.repeat(MAX_YAML_LENGTH)}`)).toEqual([expect.stringContaining('longer than')]);
  });

  test('aliases that would multiply', () => {
    const level = (name: string, below: string): string => `${name}: &${name} [${Array.from({ length: 10 }, () => `*${below}`).join(', ')}]\n`;
    const bomb = `a: &a [1]\n${level('b', 'a')}${level('c', 'b')}${level('d', 'c')}${level('e', 'd')}${level('f', 'e')}`;
    expect(errorsOf(bomb)).toEqual([expect.stringContaining('more than 100000 nodes')]);
  });

  test('an anchor inside itself', () => {
    expect(errorsOf('a: &x [*x]\n')).toEqual([expect.stringContaining('inside its own anchor')]);
  });
});
