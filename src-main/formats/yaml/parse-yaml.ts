import { Composer, LineCounter, Parser, type CST, type Document, type ParsedNode } from 'yaml';
import { buildTree } from './build-tree.ts';
import { findStrayTab } from './stray-tab.ts';
import type { YamlNode, YamlPosition, YamlProblem } from './yaml-node.ts';

export interface YamlResult {
  /** Missing when the text holds no document or is broken beyond reading. */
  readonly root?: YamlNode;
  /** In order of the text. Any error means that PyYAML would refuse the file. */
  readonly problems: readonly YamlProblem[];
}

/** UTF-16 units; a config has a few thousand. The worst text of this length takes about a second. */
export const MAX_YAML_LENGTH = 256 * 1024;
/** Levels of nesting. The composer below recurses once per level. */
export const MAX_YAML_DEPTH = 64;

/** Characters PyYAML's reader refuses (`lib/yaml/reader.py`, NON_PRINTABLE). */
// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const NOT_PRINTABLE = /[^\u0009\u000a\u000d\u0020-\u007e\u0085\u00a0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

/** They end lines for PyYAML, comments and texts in quotes among them, and cannot be seen. */
const UNSEEN_LINE_BREAK = /[\u2028\u2029]/;

/**
 * Reads one YAML 1.1 document the way PyYAML's `safe_load` does. Broken text never throws: it becomes
 * problems with their places.
 *
 * Structure and quoting come from the `yaml` package, the types of plain scalars, tags, merge keys and
 * repeated keys from here. Differences that remain, all on the safe side: dates stay texts; sets, binary
 * and lists that contain themselves are refused, line breaks that cannot be seen (U+2028, U+2029) as well, and so are lines of a `[…]` that are not indented more
 * than the key before them.
 */
export function parseYaml(source: string): YamlResult {
  const text = withPlainLineBreaks(source);
  const lines = new LineCounter();
  const problem = (offset: number, message: string): YamlProblem => ({ severity: 'error', message, ...positionAt(lines, offset) });
  if (text.length > MAX_YAML_LENGTH) {
    lines.addNewLine(0);
    return { problems: [problem(0, `the file is longer than ${MAX_YAML_LENGTH} characters`)] };
  }
  countLines(text, lines);
  const strange = NOT_PRINTABLE.exec(text);
  if (strange !== null) return { problems: [problem(strange.index, `the character ${codePointName(strange[0])} is not allowed in YAML`)] };
  const unseen = UNSEEN_LINE_BREAK.exec(text);
  if (unseen !== null) return { problems: [problem(unseen.index, `the character ${codePointName(unseen[0])} stands here, which ends the line for PyYAML; remove it`)] };
  const tab = findStrayTab(text);
  if (tab !== undefined) return { problems: [problem(tab, 'a tab stands here; outside quotes YAML takes spaces only')] };
  const tokens = [...new Parser().parse(text)];
  const tooDeep = findTooDeep(tokens);
  if (tooDeep !== undefined) return { problems: [problem(tooDeep, `nested deeper than ${MAX_YAML_DEPTH} levels`)] };
  return readDocuments(tokens, text, lines, problem);
}

/** CR and NEL end lines for PyYAML, but not for the parser used here. Offsets stay the same. */
function withPlainLineBreaks(text: string): string {
  return text.replace(/\r(?!\n)|\u0085/g, '\n');
}

function readDocuments(tokens: CST.Token[], text: string, lines: LineCounter, problem: (offset: number, message: string) => YamlProblem): YamlResult {
  const composer = new Composer({ schema: 'failsafe', version: '1.1', uniqueKeys: false, logLevel: 'silent', resolveKnownTags: false });
  const documents = [...composer.compose(tokens)] as Document.Parsed<ParsedNode>[];
  const problems = documents.flatMap((document) => document.errors.map((error) => problem(error.pos[0], sentence(error.message))));
  const [first, second] = documents;
  if (second !== undefined) problems.push(problem(second.range[0], 'a second document begins here; a config is one document'));
  if (first?.contents == null || problems.length > 0) return { problems };
  const built = buildTree(first.contents, text, (offset) => positionAt(lines, offset));
  return { root: built.root, problems: built.problems.toSorted((a, b) => a.line - b.line || a.column - b.column) };
}

function countLines(text: string, lines: LineCounter): void {
  lines.addNewLine(0);
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lines.addNewLine(at + 1);
}

function positionAt(lines: LineCounter, offset: number): YamlPosition {
  const { line, col } = lines.linePos(offset);
  return { line, column: col };
}

/** First line of the parser's message, without the tail it adds about where it happened. */
function sentence(message: string): string {
  const [line] = message.split('\n') as [string];
  return line.charAt(0).toLowerCase() + line.slice(1);
}

function codePointName(character: string): string {
  return `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`;
}

/** Offset of the first token below the depth limit. Walks with its own stack: the depth is not ours. */
function findTooDeep(tokens: readonly CST.Token[]): number | undefined {
  const open: { token: CST.Token; depth: number }[] = tokens.map((token) => ({ token, depth: 0 }));
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next.depth > MAX_YAML_DEPTH) return next.token.offset;
    for (const token of childTokens(next.token)) open.push({ token, depth: next.depth + 1 });
  }
  return undefined;
}

function childTokens(token: CST.Token): CST.Token[] {
  if (token.type === 'document') return token.value === undefined ? [] : [token.value];
  if (!('items' in token)) return [];
  return token.items.flatMap((item) => [item.key, item.value].filter((child) => child != null));
}
