/** Place of the first character, both counted from 1; the column in UTF-16 units. */
export interface YamlPosition {
  readonly line: number;
  readonly column: number;
}

export interface YamlProblem extends YamlPosition {
  readonly severity: 'error' | 'warning';
  readonly message: string;
}

/** A scalar as Python gets it: int and float stay apart, ints have any size. */
export type YamlScalarValue =
  | { readonly kind: 'null'; readonly value: null }
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'int'; readonly value: bigint }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'str'; readonly value: string }
  /** A date or a date with a time; kept as its text. */
  | { readonly kind: 'timestamp'; readonly value: string };

export type YamlScalar = YamlScalarValue &
  YamlPosition & {
    /** True for quoted and block scalars, which are texts whatever they look like. */
    readonly isQuoted: boolean;
    /** Content before it was resolved. */
    readonly text: string;
  };

export interface YamlSequence extends YamlPosition {
  readonly kind: 'sequence';
  readonly items: readonly YamlNode[];
}

export interface YamlEntry {
  readonly key: YamlScalar;
  readonly value: YamlNode;
}

/** Entries in the order of a Python dict: a repeated key keeps its first place and gets its last value. */
export interface YamlMapping extends YamlPosition {
  readonly kind: 'mapping';
  readonly entries: readonly YamlEntry[];
}

/** An alias is the very node of its anchor, so the tree is a graph without cycles. */
export type YamlNode = YamlScalar | YamlSequence | YamlMapping;

export function isYamlScalar(node: YamlNode): node is YamlScalar {
  return node.kind !== 'sequence' && node.kind !== 'mapping';
}

/** The entry under a text key; `1` and `"1"` are different keys. */
export function findYamlEntry(mapping: YamlMapping, key: string): YamlEntry | undefined {
  return mapping.entries.find((entry) => entry.key.kind === 'str' && entry.key.value === key);
}
