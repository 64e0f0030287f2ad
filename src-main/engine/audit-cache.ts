import { resolve } from 'node:path';
import type { VerifyArguments } from '../contract/commands.ts';
import { FINDINGS } from '../contract/findings.ts';
import type { Finding } from '../contract/findings.ts';
import { KeySet } from '../base/index.ts';
import type { EntryChange, EntryProvenance } from '../catalog/index.ts';
import type { AuditResult, AuditedEntry } from '../kinds/index.ts';
import { runAudit, syncCatalog } from '../pipeline/index.ts';
import { WorkerPool } from '../workers/index.ts';
import type { ChosenKeys } from './chosen-keys.ts';
import { chosenKeys } from './chosen-keys.ts';
import { countFindings } from './count-findings.ts';
import type { EngineContext } from './context.ts';
import { WORKER_HEAP_MEGABYTES } from './worker-heap.ts';
import type { OpenedCache } from './open-cache.ts';
import type { RunningJob } from './run-job.ts';
import { requiredItems } from './required-items.ts';
import { VERIFY_WORKER_BYTES } from './verified-cache.ts';
import type { VerifiedCache } from './verified-cache.ts';
import { workerCount } from './worker-count.ts';
import { replaceFindings, replaceFindingsOf } from './write-findings.ts';

const ROWS_AT_ONCE = 500;

export interface AuditedCache extends VerifiedCache {
  /** What the request is about; undefined for all of it. */
  readonly only: ChosenKeys | undefined;
  readonly audit: AuditResult;
}

interface AuditChoices {
  /** All of it also where the request is about some entries: a repair draws on what the others show. */
  readonly reads: 'all' | 'chosen';
  /** Findings are written down and not announced. */
  readonly isQuiet?: true;
}

/** Verifies a cache whose entries are judged together. */
export async function auditCache(context: EngineContext, cache: OpenedCache, request: VerifyArguments, job: RunningJob, { reads, isQuiet }: AuditChoices): Promise<AuditedCache> {
  const startedAt = performance.now();
  const { catalog } = context;
  const level = request.level ?? 'deep';
  const { lost, required } = await syncWithList(context, cache, job.signal);
  const only = await chosenKeys(context, cache, request, job.signal);
  const read = reads === 'chosen' ? only : undefined;
  const findings: Finding[] = [];
  const report = (finding: Finding): void => {
    findings.push(finding);
    if (isQuiet !== true) context.emit({ type: 'findingFound', jobId: job.id, finding });
  };
  if (lost > 0 && read === undefined) report(lostFinding(lost));
  const rows = new AuditedRows(context, cache, level);
  const pool = new WorkerPool({ host: context.workerHost, count: workerCount(context, VERIFY_WORKER_BYTES, request.numWorkers), heapMegabytes: WORKER_HEAP_MEGABYTES });
  job.meter.workers = pool.size;
  try {
    const { counts, audit } = await runAudit(
      read === undefined ? required : among(required, read),
      {
        kind: cache.kind,
        layout: cache.layout,
        pool,
        meter: job.meter,
        gate: job.gate,
        recorded: (key) => rows.recorded(key),
        indexEntries: catalog.caches.get(cache.row.id)?.indexEntries ?? null,
        config: cache.config,
        ...(read === undefined ? {} : { only: read }),
        ...(request.fontsDir === undefined ? {} : { fontsDirectory: resolve(context.cwd, request.fontsDir) }),
        onFinding: report,
        onEntry: (entry) => rows.add(entry),
      },
      level,
      job.signal,
    );
    rows.flush();
    const foundAtMs = Date.now();
    const by = { foundAtMs, jobId: job.id };
    if (read === undefined) {
      await replaceFindings(context, cache, findings, by);
      catalog.caches.upsert({ kind: cache.kind.id, directory: cache.layout.directory, lastVerifiedAtMs: foundAtMs, ...(audit.indexEntries === null ? {} : { indexEntries: audit.indexEntries }) });
    } else await replaceFindingsOf(context, cache, read, findings, by);
    return { audit, only, findings, result: { directory: cache.layout.directory, level, ...counts, seconds: (performance.now() - startedAt) / 1000, ...countFindings(findings) } };
  } finally {
    rows.flush();
    await pool.close();
  }
}

/** Of the list, only its keys stay in memory: they are as many as the cache should have. */
async function syncWithList({ catalog }: EngineContext, cache: OpenedCache, signal: AbortSignal): Promise<{ readonly lost: number; readonly required: KeySet | undefined }> {
  const items = await requiredItems(cache, signal);
  const { lost } = await syncCatalog(catalog, cache.row, cache.kind, cache.layout, items, signal);
  if (items === undefined) return { lost, required: undefined };
  const required = new KeySet();
  for (const { key } of items) required.add(key);
  return { lost, required };
}

/** Of the keys that the cache should have, those that are asked for. */
function among(required: KeySet | undefined, only: ChosenKeys): KeySet | undefined {
  if (required === undefined) return undefined;
  const some = new KeySet();
  for (const key of only) if (required.placeOf(key) >= 0) some.add(key);
  return some;
}

function lostFinding(lost: number): Finding {
  return { code: 'stale-index', severity: FINDINGS['stale-index'].severity, message: `${lost === 1 ? 'One image that the catalog had is' : `${lost} images that the catalog had are`} gone from the folder.` };
}

/** Writes what was found to the catalog, many rows at a time. */
class AuditedRows {
  readonly #context: EngineContext;
  readonly #cache: OpenedCache;
  readonly #level: 'quick' | 'deep';
  #pending: EntryChange[] = [];
  #last: { readonly key: string; readonly row: EntryProvenance | undefined } | undefined;

  constructor(context: EngineContext, cache: OpenedCache, level: 'quick' | 'deep') {
    this.#context = context;
    this.#cache = cache;
    this.#level = level;
  }

  /** An entry is judged by its row and then written down: the row is read once for both. */
  recorded(key: string): EntryProvenance | undefined {
    if (this.#last?.key !== key) this.#last = { key, row: this.#context.catalog.entries.provenanceOf(this.#cache.row.id, key) };
    return this.#last.row;
  }

  add({ key, file, isSound, name, variant, shape, dtype, sizeBytes, modifiedAtMs, pixels }: AuditedEntry): void {
    if (file === null) return;
    const row = this.recorded(key);
    this.#pending.push({
      key,
      file,
      sizeBytes,
      modifiedAtMs,
      ...(name === null ? {} : { name }),
      ...(variant === null ? {} : { variant }),
      ...(shape === null ? {} : { shape, dtype }),
      ...(isSound ? (row?.state === 'foreign' ? {} : { state: 'cached' as const }) : { state: 'damaged' as const }),
      // What Larder drew is remembered as it drew it; of others, what was last seen.
      ...(pixels === null || !isSound || row?.maker != null ? {} : { pixels }),
      verifiedAtMs: Date.now(),
      verifiedLevel: this.#level,
      verifiedSizeBytes: isSound ? sizeBytes : null,
      verifiedModifiedAtMs: isSound ? modifiedAtMs : null,
    });
    if (this.#pending.length >= ROWS_AT_ONCE) this.flush();
  }

  flush(): void {
    const rows = this.#pending;
    this.#pending = [];
    this.#last = undefined;
    if (rows.length > 0) this.#context.catalog.entries.upsert(this.#cache.row.id, rows);
  }
}
