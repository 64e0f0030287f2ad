import type { VerifyArguments, VerifyResult } from '../contract/commands.ts';
import type { Finding } from '../contract/findings.ts';
import { forEachInTurns, nextTurn } from '../base/index.ts';
import type { JudgedFile } from '../base/index.ts';
import type { Entry, EntryChange, EntryFilter } from '../catalog/index.ts';
import type { KindItem, VerifyOutcome } from '../kinds/index.ts';
import { isSameTime, runVerify, syncCatalog } from '../pipeline/index.ts';
import type { ExpectedEntry, VerifiedFacts } from '../pipeline/index.ts';
import type { ScannedFile } from '../store/index.ts';
import { WorkerPool } from '../workers/index.ts';
import { auditCache } from './audit-cache.ts';
import { chosenKeys } from './chosen-keys.ts';
import type { EngineContext } from './context.ts';
import { countFindings } from './count-findings.ts';
import { WORKER_HEAP_MEGABYTES } from './worker-heap.ts';
import type { OpenedCache } from './open-cache.ts';
import { openCache } from './open-cache.ts';
import { requiredItems } from './required-items.ts';
import { runJob } from './run-job.ts';
import type { RunningJob } from './run-job.ts';
import { VERIFY_WORKER_BYTES } from './verified-cache.ts';
import type { VerifiedCache } from './verified-cache.ts';
import { workerCount } from './worker-count.ts';
import { replaceFindings, replaceFindingsOf } from './write-findings.ts';

/** Rows written in one transaction while verifying. */
const ROWS_AT_ONCE = 500;

/** @throws CACHE_NOT_FOUND, CACHE_FOREIGN, CONFIG_INVALID, LIST_INVALID, CANCELLED */
export async function verifyCommand(context: EngineContext, request: VerifyArguments, signal: AbortSignal): Promise<VerifyResult> {
  const cache = await openCache(context, request, signal);
  return await runJob(context, { command: 'verify', cacheId: cache.row.id, directory: cache.layout.directory, arguments: { ...request } }, signal, async (job) => (await (cache.kind.audit === undefined ? verifyCache(context, cache, request, job) : auditCache(context, cache, request, job, { reads: 'chosen' }))).result);
}

export async function verifyCache(context: EngineContext, cache: OpenedCache, request: VerifyArguments, job: RunningJob): Promise<VerifiedCache> {
  const startedAt = performance.now();
  const { catalog } = context;
  const level = request.level ?? 'deep';
  const before = await expectedBefore(context, cache, job.signal);
  const required = await requiredItems(cache, job.signal);
  await syncCatalog(catalog, cache.row, cache.kind, cache.layout, required, job.signal);
  const rows = new Map<string, Entry>();
  await eachEntry(context, { cacheId: cache.row.id }, (entry) => void rows.set(entry.key, entry), job.signal);
  const only = await chosenKeys(context, cache, request, job.signal);
  const findings: Finding[] = [];
  const report = (finding: Finding): void => {
    findings.push(finding);
    context.emit({ type: 'findingFound', jobId: job.id, finding });
  };
  const writer = new VerifiedWriter(context, cache, level);
  const judged = new Map<string, JudgedFile>();
  const pool = new WorkerPool({ host: context.workerHost, count: workerCount(context, VERIFY_WORKER_BYTES, request.numWorkers), heapMegabytes: WORKER_HEAP_MEGABYTES });
  job.meter.workers = pool.size;
  try {
    const counts = await runVerify(
      expectedEntries(rows, before, required),
      {
        kind: cache.kind,
        layout: cache.layout,
        recognised: cache.recognised,
        pool,
        meter: job.meter,
        gate: job.gate,
        nameOf: (key) => rows.get(key)?.name ?? null,
        verified: (key) => verifiedFacts(rows.get(key), request, level),
        onFinding: report,
        onOutcome: (outcome, file) => {
          if (!outcome.isSound) judged.set(outcome.file, file);
          writer.add(outcome, file);
        },
      },
      { level, changedOnly: request.changedOnly === true || request.verifiedSinceMs !== undefined, ...(only === undefined ? {} : { only }) },
      job.signal,
    );
    const kept = (await keptFindings(context, cache, writer.checked, findings)).filter(({ key }) => only === undefined || only.has(key!));
    writer.flush();
    // Damage an earlier, deeper reading found in a file that has not changed is damage still.
    for (const finding of kept.filter(({ severity }) => severity === 'error')) {
      const row = rows.get(finding.key!);
      if (finding.file !== undefined && row?.sizeBytes != null && row.modifiedAtMs !== null && row.verifiedChangedAtMs !== null) judged.set(finding.file, { sizeBytes: row.sizeBytes, modifiedAtMs: row.modifiedAtMs, changedAtMs: row.verifiedChangedAtMs });
      report(finding);
    }
    const by = { foundAtMs: Date.now(), jobId: job.id };
    const known = [...findings, ...kept.filter(({ severity }) => severity !== 'error')];
    if (only === undefined) {
      await replaceFindings(context, cache, known, by);
      catalog.caches.upsert({ kind: cache.kind.id, directory: cache.layout.directory, lastVerifiedAtMs: by.foundAtMs });
    } else await replaceFindingsOf(context, cache, only, known, by);
    return { findings, judged, result: { directory: cache.layout.directory, level, ...counts, seconds: (performance.now() - startedAt) / 1000, ...countFindings(findings) } };
  } finally {
    writer.flush();
    await pool.close();
  }
}

/** Keys that had a file the last time anybody looked. */
async function expectedBefore(context: EngineContext, cache: OpenedCache, signal: AbortSignal): Promise<Set<string>> {
  const before = new Set<string>();
  await eachEntry(context, { cacheId: cache.row.id, states: ['cached', 'damaged'] }, (entry) => void before.add(entry.key), signal);
  return before;
}

/** Beside other work, however many there are. */
async function eachEntry({ catalog }: EngineContext, filter: EntryFilter, work: (entry: Entry) => void, signal: AbortSignal): Promise<void> {
  await catalog.entries.prepare(filter, signal);
  await forEachInTurns(catalog.entries.iterate(filter), work, signal);
}

function expectedEntries(rows: ReadonlyMap<string, Entry>, before: ReadonlySet<string>, required: readonly KindItem[] | undefined): ExpectedEntry[] | undefined {
  const hasList = required !== undefined || Array.from(rows.values()).some((row) => row.position !== null);
  const expected: ExpectedEntry[] = [];
  for (const row of rows.values()) {
    if (row.position === null && (hasList || row.state === 'foreign')) continue;
    expected.push({ key: row.key, name: row.name, wasThere: row.state === 'missing' && (before.has(row.key) || row.madeAtMs !== null || row.verifiedAtMs !== null), lastError: row.error?.message ?? null });
  }
  return expected;
}

function verifiedFacts(row: Entry | undefined, request: VerifyArguments, level: 'quick' | 'deep'): VerifiedFacts | undefined {
  if (row === undefined || row.state !== 'cached' || row.verifiedAtMs === null || row.verifiedSizeBytes === null || row.verifiedModifiedAtMs === null || row.verifiedChangedAtMs === null) return undefined;
  if (level === 'deep' && row.verifiedLevel !== 'deep') return undefined;
  if (request.verifiedSinceMs !== undefined && row.verifiedAtMs < request.verifiedSinceMs) return undefined;
  return { sizeBytes: row.verifiedSizeBytes, modifiedAtMs: row.verifiedModifiedAtMs, changedAtMs: row.verifiedChangedAtMs };
}

/** Findings of entries that this run did not read again stay as they were. */
async function keptFindings(context: EngineContext, cache: OpenedCache, checked: ReadonlySet<string>, found: readonly Finding[]): Promise<Finding[]> {
  const foundKeys = new Set(found.map((finding) => finding.key));
  const kept: Finding[] = [];
  for (let after = 0; ; ) {
    const page = context.catalog.findings.list({ cacheId: cache.row.id, after, limit: 1000 });
    for (const finding of page) {
      after = finding.id;
      if (finding.key === undefined || checked.has(finding.key) || foundKeys.has(finding.key) || finding.code === 'missing' || finding.code === 'foreign-file') continue;
      kept.push({ code: finding.code, severity: finding.severity, key: finding.key, message: finding.message, ...(finding.name === undefined ? {} : { name: finding.name }), ...(finding.file === undefined ? {} : { file: finding.file }), ...(finding.details === undefined ? {} : { details: finding.details }) });
    }
    if (page.length < 1000) return kept;
    await nextTurn();
  }
}

/** Writes what was verified to the catalog, many rows at a time. */
class VerifiedWriter {
  readonly checked = new Set<string>();
  readonly #context: EngineContext;
  readonly #cache: OpenedCache;
  readonly #level: 'quick' | 'deep';
  #pending: EntryChange[] = [];

  constructor(context: EngineContext, cache: OpenedCache, level: 'quick' | 'deep') {
    this.#context = context;
    this.#cache = cache;
    this.#level = level;
  }

  add(outcome: VerifyOutcome, file: ScannedFile): void {
    const key = this.#cache.kind.keyOfFile(outcome.file);
    if (key === undefined) return;
    const known = this.#context.catalog.entries.getByKey(this.#cache.row.id, key);
    if (this.#level === 'quick' && outcome.isSound && wasReadDeeply(known, file)) return;
    this.checked.add(key);
    const modifiedAtMs = file.modifiedAtMs;
    const name = outcome.sourcePath === null ? undefined : this.#cache.kind.nameFromSourcePath(outcome.sourcePath, key);
    const common = { key, file: outcome.file, sizeBytes: file.sizeBytes, modifiedAtMs, ...(known?.name == null && name !== undefined ? { name } : {}) };
    if (!outcome.isSound) this.#pending.push({ ...common, state: 'damaged', verifiedAtMs: Date.now(), verifiedLevel: this.#level, verifiedSizeBytes: null, verifiedModifiedAtMs: null, verifiedChangedAtMs: file.changedAtMs });
    else {
      this.#pending.push({
        ...common,
        ...(known?.state === 'damaged' || known?.state === 'quarantined' ? { state: 'cached' as const } : {}),
        verifiedAtMs: Date.now(),
        verifiedLevel: this.#level,
        verifiedSizeBytes: file.sizeBytes,
        verifiedModifiedAtMs: modifiedAtMs,
        verifiedChangedAtMs: file.changedAtMs,
        ...(outcome.shape === null ? {} : { shape: outcome.shape }),
        ...(outcome.dtype === null ? {} : { dtype: outcome.dtype }),
        ...(outcome.statistics === null ? {} : { statistics: outcome.statistics }),
      });
    }
    if (this.#pending.length >= ROWS_AT_ONCE) this.flush();
  }

  flush(): void {
    const rows = this.#pending;
    this.#pending = [];
    if (rows.length > 0) this.#context.catalog.entries.upsert(this.#cache.row.id, rows);
  }
}

/**
 * A file that was read to the last byte and has not changed since: that reading stands, good or bad.
 * A quick look that finds nothing must not call a flipped bit sound.
 */
function wasReadDeeply(known: Entry | undefined, file: ScannedFile): boolean {
  if (known === undefined || known.verifiedLevel !== 'deep' || known.verifiedChangedAtMs === null || !isSameTime(known.verifiedChangedAtMs, file.changedAtMs)) return false;
  const isDamaged = known.state === 'damaged';
  const sizeBytes = isDamaged ? known.sizeBytes : known.verifiedSizeBytes;
  const modifiedAtMs = isDamaged ? known.modifiedAtMs : known.verifiedModifiedAtMs;
  return sizeBytes === file.sizeBytes && modifiedAtMs !== null && isSameTime(modifiedAtMs, file.modifiedAtMs);
}
