import type { VerifyResult } from '../contract/commands.ts';
import type { Finding } from '../contract/findings.ts';
import type { KeySet } from '../base/index.ts';
import { LarderError } from '../base/index.ts';
import type { PauseGate, ProgressMeter } from '../jobs/index.ts';
import type { AuditRequest, AuditResult, AuditedEntry, CacheKind, CacheWriters, VerifyLevel } from '../kinds/kind.ts';
import type { CacheLayout } from '../store/index.ts';
import { findUnfinished, forEachName, isLocked, listStaging } from '../store/index.ts';
import type { WorkerPool } from '../workers/index.ts';

export interface AuditDependencies extends Pick<AuditRequest, 'recorded' | 'indexEntries' | 'config' | 'fontsDirectory' | 'only'> {
  readonly kind: CacheKind;
  readonly layout: CacheLayout;
  readonly pool: WorkerPool;
  readonly meter: ProgressMeter;
  readonly gate: PauseGate;
  readonly onFinding: (finding: Finding) => void;
  readonly onEntry: (entry: AuditedEntry) => void;
}

export interface AuditRun {
  readonly counts: Omit<VerifyResult, 'directory' | 'level' | 'seconds' | 'byCode' | 'errors' | 'warnings'>;
  readonly audit: AuditResult;
}

/**
 * Checks a cache whose entries are judged together, and reports; changes nothing.
 *
 * @param required keys the cache should have, of which those that are met are marked; undefined where nobody knows
 * @throws FILE_NOT_FOUND, PERMISSION_DENIED, CANCELLED
 */
export async function runAudit(required: KeySet | undefined, dependencies: AuditDependencies, level: VerifyLevel, signal: AbortSignal): Promise<AuditRun> {
  const { kind, layout, pool, meter } = dependencies;
  if (kind.audit === undefined) throw new LarderError('INTERNAL', `Caches of the kind ${kind.id} are verified file by file.`);
  const stage = meter.stage('verifying', 0);
  const counts = { entries: 0, sound: 0, damaged: 0, missing: 0, temporaries: 0, foreign: 0, bytes: 0 };
  const audit = await kind.audit(
    {
      directory: layout.directory,
      async listFiles(onName) {
        await forEachName(layout, onName, signal, kind.folders);
        return { ...(await lookForWriters(layout)), unfinished: await unfinishedOf(kind, layout) };
      },
      lookForWriters: () => lookForWriters(layout),
      ...(dependencies.only === undefined ? {} : { only: dependencies.only }),
      level,
      workers: pool.size,
      recorded: dependencies.recorded,
      indexEntries: dependencies.indexEntries,
      config: dependencies.config,
      ...(dependencies.fontsDirectory === undefined ? {} : { fontsDirectory: dependencies.fontsDirectory }),
      async run(task, payload, onPartial) {
        await dependencies.gate.pass(signal);
        return await pool.run({ kind: kind.id, task, payload }, { signal, onPartial });
      },
      onTotal: (total) => (stage.total = total),
      onEntry: (entry) => {
        if (entry.file !== null) counts.entries++;
        if (entry.file !== null && entry.isSound) counts.sound++;
        else if (entry.file !== null) counts.damaged++;
        counts.bytes += entry.bytesRead;
        required?.markAll(entry.key);
        stage.bytes(entry.bytesRead);
        stage.finish(entry.key);
        dependencies.onEntry(entry);
      },
      onFinding: (finding) => {
        if (finding.code === 'image-missing') counts.missing++;
        if (finding.code === 'stray-temp') counts.temporaries++;
        if (finding.code === 'stray-file') counts.foreign++;
        dependencies.onFinding(finding);
      },
    },
    signal,
  );
  return { counts: { ...counts, skipped: 0, notMadeYet: required === undefined ? 0 : required.size - required.markedSize }, audit };
}

async function lookForWriters(layout: CacheLayout): Promise<Pick<CacheWriters, 'isBusy' | 'isTidying'>> {
  const [staging, isTidying] = await Promise.all([listStaging(layout), isLocked(layout)]);
  return { isBusy: staging.some((folder) => folder.isAlive), isTidying };
}

async function unfinishedOf(kind: CacheKind, layout: CacheLayout): Promise<CacheWriters['unfinished']> {
  const { batches } = kind;
  return batches === undefined ? new Map() : await findUnfinished(layout, { entryFiles: (key) => kind.entryFiles(key), isWhole: batches.isWhole });
}
