import { isAlias, isMap, isScalar, isSeq, Scalar, type Alias, type Node, type Pair, type YAMLMap, type YAMLSeq } from 'yaml';
import { resolvePlainScalar, resolveTaggedScalar } from './resolve-scalar.ts';
import {
  isYamlScalar,
  type YamlEntry,
  type YamlMapping,
  type YamlNode,
  type YamlPosition,
  type YamlProblem,
  type YamlScalar,
} from './yaml-node.ts';

/** Nodes a reader would meet if every alias were written out. */
const MAX_EXPANDED_NODES = 100_000;
const CORE_TAG = 'tag:yaml.org,2002:';

export interface BuiltTree {
  readonly root: YamlNode;
  readonly problems: readonly YamlProblem[];
}

/**
 * Turns the parser's nodes into typed ones, as PyYAML's composer and SafeConstructor do. Depth is
 * limited by the caller.
 */
export function buildTree(root: Node, source: string, positionOf: (offset: number) => YamlPosition): BuiltTree {
  const builder = new TreeBuilder(source, positionOf);
  return { root: builder.build(root), problems: builder.problems };
}

class TreeBuilder {
  readonly problems: YamlProblem[] = [];
  private readonly source: string;
  private readonly positionOf: (offset: number) => YamlPosition;
  /** undefined while the anchored node is still being built: an alias inside it would be a cycle. */
  private readonly anchors = new Map<string, YamlNode | undefined>();
  private readonly sizes = new Map<YamlNode, number>();
  private expandedNodes = 0;
  private isTooLarge = false;

  constructor(source: string, positionOf: (offset: number) => YamlPosition) {
    this.source = source;
    this.positionOf = positionOf;
  }

  build(node: Node | null): YamlNode {
    if (isAlias(node)) return this.aliased(node);
    const anchor = anchorOf(node);
    if (anchor !== undefined) this.openAnchor(anchor, node!);
    const before = this.expandedNodes++;
    const built = this.typed(node);
    if (anchor !== undefined) {
      this.anchors.set(anchor, built);
      this.sizes.set(built, this.expandedNodes - before);
    }
    return built;
  }

  private openAnchor(anchor: string, node: Node): void {
    if (!/^[\w-]+$/.test(anchor)) this.report(node, `the anchor "&${anchor}" has other characters than letters, digits, "_" and "-", which PyYAML cannot read`);
    if (this.anchors.has(anchor)) this.report(node, `there is already an anchor "&${anchor}"`);
    this.anchors.set(anchor, undefined);
  }

  private typed(node: Node | null): YamlNode {
    if (isMap(node)) return this.mapping(node);
    if (isSeq(node)) return this.sequence(node);
    return isScalar(node) ? this.scalar(node) : this.nullAt({ line: 1, column: 1 });
  }

  private aliased(alias: Alias): YamlNode {
    const target = this.anchors.get(alias.source);
    if (target === undefined) {
      const isOpen = this.anchors.has(alias.source);
      this.report(alias, isOpen ? `"*${alias.source}" stands inside its own anchor` : `there is no anchor "&${alias.source}" above`);
      return this.nullAt(this.place(alias));
    }
    this.grow(this.sizes.get(target) ?? 1, alias);
    return target;
  }

  /** Counts what an alias stands for, so that a few lines cannot become millions of nodes. */
  private grow(nodes: number, at: Node): void {
    this.expandedNodes += nodes;
    if (this.expandedNodes <= MAX_EXPANDED_NODES || this.isTooLarge) return;
    this.isTooLarge = true;
    this.report(at, `aliases written out would make more than ${MAX_EXPANDED_NODES} nodes`);
  }

  private scalar(node: Scalar): YamlScalar {
    const text = this.textOf(node);
    const isQuoted = node.type !== undefined && node.type !== Scalar.PLAIN;
    const resolved = this.resolve(node, text, isQuoted);
    const value = 'problem' in resolved ? ({ kind: 'str', value: text } as const) : resolved;
    if ('problem' in resolved) this.report(node, resolved.problem);
    return { ...value, ...this.place(node), isQuoted, text };
  }

  /** A block scalar on the last line of a text that has no newline there has none either in PyYAML. */
  private textOf(node: Scalar): string {
    const text = String(node.value ?? '');
    const isBlock = node.type === Scalar.BLOCK_LITERAL || node.type === Scalar.BLOCK_FOLDED;
    const isUnended = isBlock && node.range?.[1] === this.source.length && /[^ \n]$|[^ \n] +$/.test(this.source);
    return isUnended && text.endsWith('\n') ? text.slice(0, -1) : text;
  }

  private resolve(node: Scalar, text: string, isQuoted: boolean): ReturnType<typeof resolvePlainScalar> {
    // The bare tag "!" makes PyYAML resolve even a quoted scalar.
    if (node.tag === '!' || (node.tag === undefined && !isQuoted)) return resolvePlainScalar(text);
    if (node.tag === undefined) return { kind: 'str', value: text };
    if (node.tag.startsWith(CORE_TAG)) return resolveTaggedScalar(node.tag.slice(CORE_TAG.length), text);
    return { problem: `the tag ${node.tag} is not allowed here` };
  }

  private sequence(node: YAMLSeq): YamlNode {
    this.checkTag(node, 'seq');
    const items = node.items.map((item) => (isPairNode(item) ? this.singlePair(item) : this.build(item as Node)));
    return { kind: 'sequence', items, ...this.place(node) };
  }

  /** `[a: 1]` is a list of one mapping. */
  private singlePair(pair: Pair<Node, Node | null>): YamlNode {
    return { kind: 'mapping', entries: this.merge([this.entry(pair)]), ...this.place(pair.key) };
  }

  private mapping(node: YAMLMap): YamlMapping {
    this.checkTag(node, 'map');
    const entries = node.items.map((pair) => this.entry(pair as Pair<Node, Node | null>));
    return { kind: 'mapping', entries: this.merge(entries), ...this.place(node) };
  }

  private entry(pair: Pair<Node, Node | null>): YamlEntry {
    const key = this.build(pair.key);
    const value = pair.value == null ? this.nullAt(key) : this.build(pair.value);
    if (isYamlScalar(key)) return { key, value };
    this.problems.push({ severity: 'error', message: 'a key must be a single value', line: key.line, column: key.column });
    return { key: this.nullAt(key), value };
  }

  /**
   * What `<<` brings in comes first and yields to the mapping's own keys; of several merged mappings
   * the first wins (`SafeConstructor.flatten_mapping`). Of repeated own keys the last wins.
   */
  private merge(entries: readonly YamlEntry[]): YamlEntry[] {
    const result = new Map<string, YamlEntry>();
    for (const { value } of entries.filter(isMergeEntry)) {
      for (const entry of this.mergedEntries(value)) result.set(identityOf(entry.key), entry);
    }
    const own = new Map<string, YamlEntry>();
    for (const entry of entries.filter((entry) => !isMergeEntry(entry))) {
      const identity = identityOf(entry.key);
      const earlier = own.get(identity);
      if (earlier !== undefined) this.warnRepeated(entry.key, earlier.key);
      const kept = earlier === undefined ? entry : { key: earlier.key, value: entry.value };
      own.set(identity, kept);
      result.set(identity, kept);
    }
    return [...result.values()];
  }

  /** In the order in which later entries replace earlier ones. */
  private mergedEntries(value: YamlNode): readonly YamlEntry[] {
    if (value.kind === 'mapping') return value.entries;
    if (value.kind === 'sequence' && value.items.every((item) => item.kind === 'mapping')) {
      return value.items.toReversed().flatMap((item) => item.entries);
    }
    this.problems.push({ severity: 'error', message: '"<<" takes a mapping or a list of mappings', line: value.line, column: value.column });
    return [];
  }

  private warnRepeated(key: YamlScalar, earlier: YamlScalar): void {
    const message = `"${key.text}" stands here a second time (first in line ${earlier.line}); the last one counts`;
    this.problems.push({ severity: 'warning', message, line: key.line, column: key.column });
  }

  private checkTag(node: YAMLMap | YAMLSeq, name: 'map' | 'seq'): void {
    if (node.tag === undefined || node.tag === '!' || node.tag === CORE_TAG + name) return;
    this.report(node, `the tag ${node.tag} is not allowed here`);
  }

  private report(node: Node, message: string): void {
    this.problems.push({ severity: 'error', message, ...this.place(node) });
  }

  private place(node: Node): YamlPosition {
    return this.positionOf(node.range?.[0] ?? 0);
  }

  private nullAt({ line, column }: YamlPosition): YamlScalar {
    return { kind: 'null', value: null, line, column, isQuoted: false, text: '' };
  }
}

function anchorOf(node: Node | null): string | undefined {
  return isMap(node) || isSeq(node) || isScalar(node) ? node.anchor : undefined;
}

function isPairNode(item: unknown): item is Pair<Node, Node | null> {
  return typeof item === 'object' && item !== null && 'key' in item && !('range' in item);
}

function isMergeEntry({ key }: YamlEntry): boolean {
  return key.kind === 'str' && !key.isQuoted && key.text === '<<';
}

/** Keys that are one key to a Python dict: 1, 1.0 and true are equal there, and so are all spellings of null. */
function identityOf(key: YamlScalar): string {
  if (key.kind === 'int' || key.kind === 'bool' || key.kind === 'float') return `number ${Number(key.value)}`;
  return key.kind === 'null' ? 'null' : `${key.kind} ${key.text}`;
}
