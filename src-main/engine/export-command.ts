import { realpath } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { LarderError, behindLinks, csvLine, fileError, throwIfAborted, writeOutput } from '../base/index.ts';
import type { CacheStatistics, CacheTarget, EntryMatch, ExportArguments, ExportFormat, ExportResult } from '../contract/commands.ts';
import type { Entry } from '../catalog/index.ts';
import type { ExportRow } from '../kinds/index.ts';
import { isInside } from '../store/index.ts';
import type { EngineContext } from './context.ts';
import { filterOf } from './look-command.ts';
import { statsCommand } from './stats-command.ts';
import type { OpenedCache } from './open-cache.ts';
import { openCache } from './open-cache.ts';

/** Rows made at once; some kinds read their files for it. */
const ROWS_AT_ONCE = 64;

/**
 * Everything known about a cache: one JSON document with its statistics, or its entries alone, one
 * JSON object or one line of a table each. It is written piece by piece, and appears as a whole.
 *
 * @throws CACHE_NOT_FOUND, PERMISSION_DENIED, DISK_FULL, ARGUMENT_INVALID
 */
export async function exportCommand(context: EngineContext, request: ExportArguments, signal: AbortSignal): Promise<ExportResult> {
  const format = request.format ?? formatOf(request.output);
  const output = resolve(context.cwd, request.output);
  const { cache, pieces, written } = await exportOf(context, request, format, signal);
  if (await liesIn(cache.layout.directory, output)) throw new LarderError('ARGUMENT_INVALID', `${output} lies in the cache itself.`, { hint: 'Write the export somewhere else; in the cache it would be a stray file.' });
  const isFile = await writeOutput(output, pieces, signal).catch((error: unknown) => {
    throw fileError(error, output, 'writing the export');
  });
  return { output, format, entries: written(), isFile };
}

/** Wherever a link on the way leads. */
async function liesIn(directory: string, output: string): Promise<boolean> {
  const file = await behindLinks(output).catch(() => output);
  const [root, folder] = await Promise.all([directory, dirname(file)].map((path) => realpath(path).catch(() => path)));
  return isInside(root!, join(folder!, basename(file)));
}

interface Export {
  readonly cache: OpenedCache;
  /** Made while they are read. */
  readonly pieces: AsyncIterable<string>;
  /** Entries so far. */
  written(): number;
}

/** The export in pieces, so that a million entries need no million lines in memory. @throws CACHE_NOT_FOUND, PERMISSION_DENIED */
export async function exportOf(context: EngineContext, request: CacheTarget & EntryMatch, format: ExportFormat, signal: AbortSignal): Promise<Export> {
  const stats = await statsCommand(context, request, signal);
  const cache = await openCache(context, request, signal);
  let entries = 0;
  const rows = countedRows(rowsOf(context, cache, request, signal), () => entries++);
  const document = { format: cache.kind.exportForm?.name ?? 'larder-cache-export', version: 1, ...headOf(cache, stats), larderVersion: context.version, stats };
  const pieces = format === 'json' ? jsonPieces(rows, JSON.stringify(document)) : format === 'jsonl' ? jsonLines(rows) : csvPieces(rows);
  return { cache, pieces, written: () => entries };
}

function formatOf(output: string): ExportFormat {
  const ending = extname(output).toLowerCase();
  return ending === '.csv' ? 'csv' : ending === '.jsonl' || ending === '.ndjson' ? 'jsonl' : 'json';
}

function headOf(cache: OpenedCache, stats: CacheStatistics): Readonly<Record<string, unknown>> {
  const generatedAt = new Date().toISOString();
  return cache.kind.exportForm?.head({ directory: cache.layout.directory, generatedAt, breakdown: stats.breakdown ?? {} }) ?? { generatedAt };
}

async function* rowsOf(context: EngineContext, cache: OpenedCache, request: EntryMatch, signal: AbortSignal): AsyncGenerator<readonly ExportRow[]> {
  const form = cache.kind.exportForm;
  let batch: Entry[] = [];
  const flush = async (): Promise<readonly ExportRow[]> => {
    const entries = batch;
    batch = [];
    // Files that are read without waiting give nobody else a turn.
    await setImmediate();
    throwIfAborted(signal);
    return await Promise.all(entries.map((entry) => form?.row(cache.layout.directory, entry) ?? plainRow(entry)));
  };
  for (const entry of context.catalog.entries.iterate(filterOf(cache.row.id, request))) {
    if (batch.push(entry) >= ROWS_AT_ONCE) yield await flush();
  }
  yield await flush();
}

function plainRow({ id: _id, cacheId: _cacheId, maker: _maker, pixels: _pixels, ...known }: Entry): ExportRow {
  return known;
}

async function* countedRows(batches: AsyncIterable<readonly ExportRow[]>, count: () => void): AsyncGenerator<readonly ExportRow[]> {
  for await (const batch of batches) {
    batch.forEach(count);
    yield batch;
  }
}

async function* jsonPieces(batches: AsyncIterable<readonly ExportRow[]>, head: string): AsyncGenerator<string> {
  yield `${head.slice(0, -1)},"entries":[`;
  let before = '\n';
  for await (const batch of batches) {
    if (batch.length === 0) continue;
    yield before + batch.map((row) => JSON.stringify(row)).join(',\n');
    before = ',\n';
  }
  yield '\n]}\n';
}

async function* jsonLines(batches: AsyncIterable<readonly ExportRow[]>): AsyncGenerator<string> {
  for await (const batch of batches) yield batch.map((row) => `${JSON.stringify(row)}\n`).join('');
}

/** Columns are those of the first row: rows of a kind have all the same. */
async function* csvPieces(batches: AsyncIterable<readonly ExportRow[]>): AsyncGenerator<string> {
  let columns: readonly string[] | undefined;
  for await (const batch of batches) {
    const [first] = batch;
    if (columns === undefined && first !== undefined) {
      columns = Object.keys(first);
      yield csvLine(columns);
    }
    yield batch.map((row) => csvLine(columns!.map((column) => cellOf(row[column])))).join('');
  }
}

/** Lists of numbers as `32×118`, other things that are no plain value as JSON. */
function cellOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (Array.isArray(value) && value.every((item) => typeof item === 'number')) return value.join('×');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
