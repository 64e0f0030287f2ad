import { resolve } from 'node:path';
import type { CacheStatistics, EntryDetail, EntryPage } from '../../../contract/commands.ts';
import type { HitGroup } from '../../../contract/hits.ts';
import { EXPORT_FORMATS } from '../../../contract/commands.ts';
import { ENTRY_STATES } from '../../../contract/entries.ts';
import { EXIT } from '../../../contract/errors.ts';
import { LarderError, fileError, writeOutput } from '../../../base/index.ts';
import { mapPieces } from '../../../engine/index.ts';
import type { Command } from '../command.ts';
import { CACHE_FLAG, CONFIG_FLAG, JSON_FLAG, KIND_FLAG, MATCH_FLAGS, MATCH_USAGE } from '../command.ts';
import { formatBytes, formatCount, formatPercent, formatSeconds, formatTable, formatTime, plural } from '../format.ts';
import { matchOf } from '../named.ts';
import { requireTarget } from './verify.ts';

const TARGET_FLAGS = [CONFIG_FLAG, CACHE_FLAG, KIND_FLAG] as const;

/** What training has looked up, by split and font, with what the cache has saved it. */
function lookupLines(report: CacheStatistics['lookups']): string[] {
  if (report === undefined) return [];
  const line = (what: string, { name, hits, misses, secondsSaved }: HitGroup): string => `  ${what.padEnd(14)} ${name === 'all' ? '' : `${name} `}${formatPercent(hits, hits + misses)} hits (${formatCount(hits)} of ${formatCount(hits + misses)})${secondsSaved === null ? '' : `; ${formatSeconds(secondsSaved)} saved`}`;
  return [line('lookups', report.total), ...report.bySplit.map((group) => line('by split', group)), ...report.byFont.map((group) => line('by font', group)), ...report.byEpoch.map((group) => line('by epoch', group))];
}

/** The config of the cache as it is now, where it asks for something else than what the cache holds. */
function formerConfigLines({ formerConfig, parameters }: CacheStatistics): string[] {
  if (formerConfig === null) return [];
  const asked = new Map(formerConfig.parameters.map(({ name, value }) => [name, value]));
  const changed = parameters.filter(({ name, value }) => asked.has(name) && asked.get(name) !== value).map(({ name, value }) => `${name} ${value}, now ${asked.get(name)}`);
  return [`  ${'stale'.padEnd(14)} ${formerConfig.path} was edited since and makes ${formerConfig.directory}${changed.length === 0 ? '' : `; ${changed.join('; ')}`}`];
}

function unreadableConfigLines({ unreadableConfig }: CacheStatistics): string[] {
  return unreadableConfig === null ? [] : [`  ${'config'.padEnd(14)} ${unreadableConfig.message.replaceAll(/\s*\n\s*/g, ' ')}`];
}

function statisticsLines(stats: CacheStatistics): string[] {
  const lines = [`${stats.directory}`, ...stats.parameters.map((line) => `  ${line.name.padEnd(14)} ${line.value}`), ...formerConfigLines(stats), ...unreadableConfigLines(stats)];
  if (stats.required !== null) {
    const present = stats.states.cached.count + stats.states.damaged.count;
    lines.push(`  ${'coverage'.padEnd(14)} ${formatCount(present)} of ${formatCount(stats.required)} (${formatPercent(present, stats.required)})`);
  }
  for (const [split, counts] of Object.entries(stats.perSplit)) lines.push(`  ${split.padEnd(14)} ${formatCount(counts.present)} of ${formatCount(counts.required)}`);
  lines.push(`  ${'entries'.padEnd(14)} ${formatCount(stats.files)}, ${formatBytes(stats.bytes)}; ${formatBytes(stats.averageBytes)} each on average`);
  lines.push(`  ${'on disk'.padEnd(14)} ${formatBytes(stats.allocatedBytes)} allocated; ${formatBytes(stats.freeBytes)} free`);
  for (const state of ENTRY_STATES) {
    const group = stats.states[state];
    if (group.count > 0 && state !== 'cached') lines.push(`  ${state.padEnd(14)} ${formatCount(group.count)}${group.bytes > 0 ? `, ${formatBytes(group.bytes)}` : ''}`);
  }
  for (const part of stats.parts.length > 1 ? stats.parts : []) lines.push(`  ${(part.name === '' ? './' : part.name).padEnd(14)} ${plural(part.files, 'file')}, ${formatBytes(part.bytes)}; ${formatBytes(part.bytes / part.files)} each on average`);
  for (const [what, groups] of Object.entries(stats.breakdown ?? {})) lines.push(`  ${`by ${what}`.padEnd(14)} ${Object.entries(groups).map(([name, count]) => `${name} ${formatCount(count)}`).join(', ')}`);
  if (stats.alike !== undefined) lines.push(`  ${'same pixels'.padEnd(14)} ${stats.alike.entries === 0 ? 'no two entries' : `${plural(stats.alike.entries, 'entry', 'entries')} show ${plural(stats.alike.contents, 'picture')}`}`);
  for (const { reason, variant, count, example } of stats.refused ?? []) lines.push(`  ${'not drawn'.padEnd(14)} ${reason} ${variant} ${formatCount(count)}; for example: ${example}`);
  lines.push(...lookupLines(stats.lookups));
  if (stats.quarantineBytes > 0) lines.push(`  ${'in quarantine'.padEnd(14)} ${formatBytes(stats.quarantineBytes)}`);
  if (stats.privateBytes > stats.quarantineBytes) lines.push(`  ${'work files'.padEnd(14)} ${formatBytes(stats.privateBytes - stats.quarantineBytes)}`);
  lines.push(`  ${'made'.padEnd(14)} ${formatTime(stats.oldestMs)} … ${formatTime(stats.newestMs)} UTC`);
  lines.push(`  ${'verified'.padEnd(14)} ${stats.lastVerifiedAtMs === null ? 'never' : `${formatTime(stats.lastVerifiedAtMs)} UTC${stats.unverified === 0 ? '' : `; ${plural(stats.unverified, 'entry', 'entries')} not as ${stats.unverified === 1 ? 'it is' : 'they are'} now`}`}`);
  const findings = Object.entries(stats.openFindings).filter(([code]) => code !== 'missing');
  if (findings.length > 0) lines.push(`  ${'findings'.padEnd(14)} ${findings.map(([code, count]) => `${code} ${formatCount(count)}`).join(', ')}`);
  return lines;
}

export const statsCommand: Command = {
  name: 'stats',
  summary: 'numbers of a cache: coverage, storage, states, age',
  usage: '(--config FILE | --cache DIR) [--corpus-dir DIR] [--json]',
  flags: [...TARGET_FLAGS, { name: 'corpus-dir', value: 'DIR', help: 'of images without a config: the text files, to count by split' }, JSON_FLAG],
  examples: [
    { text: 'larder stats --config configs/config.yaml', does: 'coverage by split, bytes, findings' },
    { text: 'larder stats --cache cache/71a83277d45c9b21d998437693007477 --json', does: 'the same as data' },
  ],
  async run({ flags, terminal, signal, engine }) {
    const corpusDir = flags.text('corpus-dir');
    const stats = await (await engine()).stats({ ...requireTarget(flags, 'stats'), ...(corpusDir === undefined ? {} : { corpusDir }) }, signal);
    if (terminal.isJson) terminal.json({ type: 'stats', ...stats });
    else for (const line of statisticsLines(stats)) terminal.result(line);
    return EXIT.ok;
  },
};

function pageLines(page: EntryPage, offset: number): string[] {
  if (page.total === 0) return ['No item fits.'];
  if (page.rows.length === 0) return [`${plural(page.total, 'item fits', 'items fit')}; --offset ${offset} leaves out all of them.`];
  const hasVariants = page.rows.some((row) => row.variant != null);
  const rows = page.rows.map((row) => [row.name ?? '–', ...(hasVariants ? [row.variant ?? '–'] : []), row.key.slice(0, 8), row.state, row.shape === null ? '–' : row.shape.join('×'), row.dtype ?? '–', row.sizeBytes === null ? '–' : formatBytes(row.sizeBytes), formatTime(row.modifiedAtMs), formatTime(row.verifiedAtMs)]);
  const lines = formatTable(['name', ...(hasVariants ? ['font'] : []), 'hash', 'state', 'shape', 'dtype', 'size', 'made (UTC)', 'verified'], rows, [hasVariants ? 6 : 5]);
  const shown = offset + page.rows.length;
  if (shown < page.total || offset > 0) lines.push(`${formatCount(offset + 1)}–${formatCount(shown)} of ${formatCount(page.total)}${shown < page.total ? `; more with --offset ${shown}` : ''}`);
  return lines;
}

export const lsCommand: Command = {
  name: 'ls',
  summary: 'list the items of a cache: filter, sort, page',
  usage: `(--config FILE | --cache DIR) ${MATCH_USAGE} [--sort FIELD] [--json]`,
  flags: [
    ...TARGET_FLAGS,
    ...MATCH_FLAGS,
    { name: 'sort', value: 'FIELD', help: 'position (default), name, key, state, size, modified, verified' },
    { name: 'desc', help: 'the other way round' },
    { name: 'limit', value: 'N', help: 'rows at most (default 100)' },
    { name: 'offset', value: 'N', help: 'rows to leave out first' },
    JSON_FLAG,
  ],
  examples: [
    { text: 'larder ls --config configs/config.yaml --state damaged missing', does: 'what needs attention' },
    { text: 'larder ls --cache cache/71a8… --sort size --desc --limit 20', does: 'the twenty largest' },
    { text: 'larder ls --config configs/config.yaml --name train_12 --json', does: 'one JSON object per item' },
  ],
  async run({ flags, terminal, signal, engine }) {
    const sort = flags.choice('sort', ['position', 'name', 'key', 'state', 'size', 'modified', 'verified'] as const);
    const offset = flags.count('offset', 0) ?? 0;
    const page = await (await engine()).list({ ...requireTarget(flags, 'ls'), ...matchOf(flags), ...(sort === undefined ? {} : { sort }), descending: flags.isSet('desc'), offset, limit: flags.count('limit', 1) ?? 100 }, signal);
    if (terminal.isJson) for (const row of page.rows) terminal.json({ type: 'entry', ...row });
    else for (const line of pageLines(page, offset)) terminal.result(line);
    return EXIT.ok;
  },
};

/** Shown elsewhere in the same answer. */
const SHOWN_ALREADY = new Set(['ok', 'findings', 'sizeBytes', 'statistics']);

function isMatrix(value: readonly unknown[]): value is readonly number[] {
  return (value.length === 16 || value.length === 9) && value.every((item) => typeof item === 'number');
}

/** `[['dim', [3, 40]], …]`: fields by name, in order. */
function isFieldList(value: readonly unknown[]): value is readonly (readonly [string, unknown])[] {
  return value.length > 0 && value.every((item) => Array.isArray(item) && item.length === 2 && typeof item[0] === 'string');
}

function matrixLines(values: readonly number[], indent: string): string[] {
  const side = Math.sqrt(values.length);
  const texts = values.map((value) => String(Math.round(value * 1e6) / 1e6));
  const width = Math.max(...texts.map((text) => text.length));
  return Array.from({ length: side }, (_, row) => indent + texts.slice(row * side, (row + 1) * side).map((text) => text.padStart(width)).join('  '));
}

/** Nested facts of the file: short values on one line, matrices in rows. */
function factLines(value: unknown, indent: string): string[] {
  if (value === null || typeof value !== 'object') return [`${indent}${String(value)}`];
  const pairs = Array.isArray(value) && isFieldList(value) ? value : Object.entries(value as Record<string, unknown>);
  return pairs.flatMap(([name, inner]) => {
    if (inner === null || inner === undefined || SHOWN_ALREADY.has(name)) return [];
    if (typeof inner !== 'object') return [`${indent}${name}: ${String(inner)}`];
    if (Array.isArray(inner) && isMatrix(inner)) return [`${indent}${name}:`, ...matrixLines(inner, `${indent}  `)];
    const text = Array.isArray(inner) && inner.every((item) => typeof item !== 'object' || item === null) ? inner.join(' ') : JSON.stringify(inner);
    return text.length <= 100 ? [`${indent}${name}: ${text}`] : [`${indent}${name}:`, ...factLines(inner, `${indent}  `)];
  });
}

/** A line in every font of a project is this many times there, and more heights are rare. */
const SIBLINGS_SHOWN = 16;

function detailLines(detail: EntryDetail): string[] {
  const line = (name: string, value: string | null): string[] => (value === null ? [] : [`  ${name.padEnd(12)} ${value}`]);
  const { source, statistics } = detail;
  const siblings = detail.siblings ?? [];
  const others = siblings.slice(0, SIBLINGS_SHOWN).map((row) => `${row.key.slice(0, 8)}  ${row.shape === null ? row.state : row.shape.join('×')}  ${row.variant ?? ''}`.trimEnd());
  return [
    detail.name ?? detail.key,
    ...line('hash', detail.key),
    ...line('state', detail.state),
    ...line('split', detail.split),
    ...line('file', detail.file === null ? null : `${detail.directory}/${detail.file}`),
    ...line('size', detail.sizeBytes === null ? null : `${formatBytes(detail.sizeBytes)} (${detail.sizeBytes} bytes)`),
    ...line('font', detail.variant ?? null),
    ...line(detail.kind === 'image' ? 'pixels' : 'tensor', detail.shape === null ? null : `${detail.shape.join(' × ')} ${detail.dtype ?? ''}`),
    ...line('values', statistics === null ? null : `${statistics.min} … ${statistics.max}, mean ${statistics.mean?.toFixed(4)}, ${statistics.nonFiniteCount} non-finite`),
    ...detail.parameters.flatMap((parameter) => line(parameter.name, parameter.value)),
    ...line('source', source?.path ?? null),
    ...line('repository', source?.repository === undefined ? null : `${source.repository} @ ${source.revision?.slice(0, 8) ?? '?'}: ${source.repositoryPath}`),
    ...line('raw sha256', source?.sha256 ?? null),
    ...line('sha256', detail.digest),
    ...line('made', detail.madeAtMs === null ? null : `${formatTime(detail.madeAtMs)} UTC by Larder ${detail.madeByVersion} in ${formatSeconds(detail.madeSeconds ?? 0)}`),
    ...line('verified', detail.verifiedAtMs === null ? 'not as it is now' : `${formatTime(detail.verifiedAtMs)} UTC`),
    ...line('last error', detail.lastError),
    ...detail.findings.map((finding) => `  ${finding.severity.padEnd(12)} ${finding.code}: ${finding.message}`),
    ...(siblings.length === 0 ? [] : [`  the same name, ${plural(siblings.length, 'other entry', 'other entries')}`, ...others.map((text) => `    ${text}`), ...(siblings.length > others.length ? [`    … and ${formatCount(siblings.length - others.length)} more`] : [])]),
    ...(detail.fileFacts === null ? [] : ['  in the file', ...factLines(detail.fileFacts, '    ')]),
  ];
}

export const showCommand: Command = {
  name: 'show',
  summary: 'everything known about one entry, by hash or by name',
  usage: 'HASH-OR-NAME (--config FILE | --cache DIR) [--json]',
  words: Infinity,
  flags: [...TARGET_FLAGS, JSON_FLAG],
  examples: [
    { text: 'larder show a1b2c3d4 --config configs/config.yaml', does: 'what is a1b2c3d4.pt? The start of the hash is enough' },
    { text: 'larder show train_1_a_1.nii.gz --cache cache/71a83277d45c9b21d998437693007477', does: 'the other direction' },
  ],
  async run({ flags, positionals, terminal, signal, engine }) {
    const [entry] = positionals;
    if (entry === undefined || positionals.length > 1) throw new LarderError('ARGUMENT_INVALID', '`larder show` takes one hash or name.', { hint: 'Example: larder show a1b2c3d4 --config configs/config.yaml' });
    const detail = await (await engine()).show({ ...requireTarget(flags, 'show'), entry }, signal);
    if (terminal.isJson) terminal.json({ type: 'detail', ...detail });
    else for (const line of detailLines(detail)) terminal.result(line);
    return EXIT.ok;
  },
};

export const mapCommand: Command = {
  name: 'map',
  summary: 'write which hash is which volume',
  usage: '--csv-path CSV… | --config FILE | --cache DIR  [--output-path hash_map.json]',
  about: 'Keys are the stems of the files as they are on disk; values are the volume names. The ending of the output decides the format: .json or .csv.',
  flags: [{ name: 'csv-path', value: 'CSV', isList: true, help: 'lists with a VolumeName column' }, { name: 'output-path', value: 'FILE', aliases: ['output'], help: 'where to write (default hash_map.json); - for stdout' }, ...TARGET_FLAGS, JSON_FLAG],
  examples: [
    { text: 'larder map --csv-path train.csv --output-path hash_map.json', does: 'from a list' },
    { text: 'larder map --config configs/config.yaml --output-path hash_map.csv', does: 'from both lists of a config, as CSV' },
  ],
  async run({ flags, terminal, signal, engine }) {
    const csvPaths = flags.list('csv-path') ?? [];
    const target = csvPaths.length > 0 ? {} : requireTarget(flags, 'map');
    const map = await (await engine()).map({ csvPaths, ...target }, signal);
    let count = 0;
    const counted = function* (): Generator<readonly [string, string]> {
      for (const name of map) {
        count++;
        yield name;
      }
    };
    const output = flags.text('output-path') ?? 'hash_map.json';
    if (output === '-' && terminal.isJson) throw new LarderError('ARGUMENT_INVALID', '--output-path - and --json exclude each other: both would write to stdout.', { hint: 'The map itself is JSON unless --output-path ends in .csv.' });
    const pieces = mapPieces(counted(), output.endsWith('.csv') ? 'csv' : 'json');
    if (output === '-') {
      for (const piece of pieces) terminal.data(piece);
      return EXIT.ok;
    }
    const path = resolve(output);
    const isFile = await writeOutput(path, pieces, signal).catch((error: unknown) => {
      throw fileError(error, path, 'writing the map');
    });
    if (isFile && terminal.isJson) terminal.json({ type: 'map', output: path, count });
    else if (isFile) terminal.result(`${plural(count, 'name')} written to ${path}`);
    return EXIT.ok;
  },
};

export const exportCommand: Command = {
  name: 'export',
  summary: 'write everything known about a cache into a file',
  usage: `(--config FILE | --cache DIR) --output FILE [--format F] ${MATCH_USAGE} [--json]`,
  flags: [...TARGET_FLAGS, { name: 'output', short: 'o', value: 'FILE', help: 'where to write' }, { name: 'format', value: 'F', help: 'json: one document; jsonl: one object a line; csv (default: as the ending of the file says, else json)' }, ...MATCH_FLAGS, JSON_FLAG],
  examples: [
    { text: 'larder export --config configs/config.yaml --output cache_info.json', does: 'statistics and every entry' },
    { text: 'larder export --cache data/synthetic --output lines.csv', does: 'every entry as a line of a table' },
  ],
  async run({ flags, terminal, signal, engine }) {
    const output = flags.text('output');
    if (output === undefined) throw new LarderError('ARGUMENT_INVALID', '`larder export` needs --output.', { hint: 'Example: larder export --config configs/config.yaml --output cache_info.json' });
    const format = flags.choice('format', EXPORT_FORMATS);
    if (output === '-') throw new LarderError('ARGUMENT_INVALID', '--output - is no file; `larder export` does not write to stdout by that name.', { hint: 'Name a file; a device or pipe, as /dev/stdout on Linux and macOS, is written to as well.' });
    const result = await (await engine()).export({ ...requireTarget(flags, 'export'), ...matchOf(flags), output, ...(format === undefined ? {} : { format }) }, signal);
    const { isFile, ...written } = result;
    if (isFile && terminal.isJson) terminal.json({ type: 'export', ...written });
    else if (isFile) terminal.result(`${plural(written.entries, 'entry', 'entries')} written to ${written.output}`);
    return EXIT.ok;
  },
};
