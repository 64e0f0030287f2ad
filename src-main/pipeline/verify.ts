import { statSync } from 'node:fs';
import type { VerifyResult } from '../contract/commands.ts';
import type { Finding } from '../contract/findings.ts';
import { FINDINGS } from '../contract/findings.ts';
import { forEachInTurns, forEachLimited } from '../base/index.ts';
import type { PauseGate, ProgressMeter } from '../jobs/index.ts';
import type { CacheKind, RecognisedCache, VerifyLevel, VerifyOutcome, VerifyRequestFile } from '../kinds/kind.ts';
import type { CacheLayout, ScannedFile } from '../store/index.ts';
import { cachePath, listNames, listStaging, statFiles } from '../store/index.ts';
import type { WorkerPool } from '../workers/index.ts';

/** What is known about the entries a cache should have. */
export interface ExpectedEntry {
  readonly key: string;
  readonly name: string | null;
  /** It had been published once, so that its absence is a loss and not work to be done. */
  readonly wasThere: boolean;
  /** Why it could not be made the last time. */
  readonly lastError: string | null;
}

/** Facts a file had when it was last found sound. */
export interface VerifiedFacts {
  readonly sizeBytes: number;
  readonly modifiedAtMs: number;
  readonly changedAtMs: number;
}

export interface VerifyDependencies {
  readonly kind: CacheKind;
  readonly layout: CacheLayout;
  readonly recognised: RecognisedCache;
  readonly pool: Pick<WorkerPool, 'run' | 'size'>;
  readonly meter: ProgressMeter;
  readonly gate: PauseGate;
  readonly nameOf: (key: string) => string | null;
  readonly verified: (key: string) => VerifiedFacts | undefined;
  readonly onFinding: (finding: Finding) => void;
  readonly onOutcome: (outcome: VerifyOutcome, file: ScannedFile) => void;
}

export interface VerifyOptions {
  readonly level: VerifyLevel;
  /** Skip entries whose size and times are as they were when they were last found sound. */
  readonly changedOnly: boolean;
  /** Only these keys; everything if absent. */
  readonly only?: Pick<ReadonlySet<string>, 'has'>;
}

export type VerifyCounts = Pick<VerifyResult, 'entries' | 'sound' | 'damaged' | 'skipped' | 'missing' | 'notMadeYet' | 'foreign' | 'temporaries' | 'bytes'>;

/** A worker gets about this much at once: enough that messages cost nothing, little enough to share out. */
const BATCH_BYTES = 64 * 2 ** 20;
const BATCH_FILES = 64;

/**
 * Checks a cache and reports; changes nothing. The steps, in order:
 *
 * 1. scan: names and facts of every file in the directory;
 * 2. cache: what is wrong with the directory as a whole;
 * 3. leftovers: temporary files nobody writes, files no item is named after;
 * 4. missing: entries that had been there, or have not been made yet;
 * 5. entries: every byte and every number, in workers, each file read once.
 *
 * @param expected entries the cache should have; undefined where nobody knows (no config, no history)
 * @throws FILE_NOT_FOUND, PERMISSION_DENIED, CANCELLED
 */
export async function runVerify(expected: readonly ExpectedEntry[] | undefined, dependencies: VerifyDependencies, options: VerifyOptions, signal: AbortSignal): Promise<VerifyCounts> {
  const { layout, kind, recognised, onFinding } = dependencies;
  const names = await listNames(layout, signal, kind.folders);
  const files = await statFiles(layout, names, signal);
  if (options.only === undefined) for (const finding of recognised.findings) onFinding(finding);
  const sorted = classify(files, kind);
  const expectedKeys = expected === undefined ? undefined : new Set(expected.map((entry) => entry.key));
  const leftovers = options.only === undefined ? await reportLeftovers(sorted, expectedKeys, dependencies, signal) : { foreign: 0, temporaries: 0 };
  const absent = await reportMissing(expected, sorted.entries, options, onFinding, signal);
  const checked = await verifyEntries(sorted.entries, dependencies, options, signal);
  return { ...checked, ...leftovers, ...absent };
}

interface Classified {
  readonly entries: ReadonlyMap<string, ScannedFile>;
  readonly temporaries: readonly ScannedFile[];
  readonly foreign: readonly ScannedFile[];
}

function classify(files: ReadonlyMap<string, ScannedFile>, kind: CacheKind): Classified {
  const entries = new Map<string, ScannedFile>();
  const temporaries: ScannedFile[] = [];
  const foreign: ScannedFile[] = [];
  for (const file of files.values()) {
    const key = kind.keyOfFile(file.file);
    if (key !== undefined && file.isRegular) entries.set(key, file);
    else if (file.isRegular && kind.isTemporaryFile(file.file)) temporaries.push(file);
    else if (!kind.isOwnFile(file.file)) foreign.push(file);
  }
  return { entries, temporaries, foreign };
}

/** A temporary file is stale once nobody can be writing it any more. */
const TEMPORARY_GRACE_MS = 60 * 60_000;

async function reportLeftovers(sorted: Classified, expectedKeys: ReadonlySet<string> | undefined, dependencies: VerifyDependencies, signal: AbortSignal): Promise<{ foreign: number; temporaries: number }> {
  const { layout, onFinding } = dependencies;
  let temporaries = 0;
  for (const file of sorted.temporaries) {
    if (Date.now() - file.modifiedAtMs < TEMPORARY_GRACE_MS) continue;
    temporaries++;
    onFinding(about('stale-temp', file.file, `${file.file} (${file.sizeBytes} bytes) is a temporary file that nobody has written to for over an hour.`));
  }
  for (const folder of await listStaging(layout)) {
    if (folder.isAlive) continue;
    temporaries++;
    const name = folder.directory.slice(layout.directory.length + 1);
    onFinding(about('stale-temp', name, `${name} was left behind by a process that is gone.`));
  }
  let foreign = 0;
  for (const file of sorted.foreign) {
    foreign++;
    onFinding(about('foreign-file', file.file, file.isRegular ? `${file.file} is not a file of this cache.` : `${file.file} is no ordinary file (a folder or a link); it was not followed.`));
  }
  if (expectedKeys === undefined) return { foreign, temporaries };
  const judge = ([key, file]: readonly [string, ScannedFile]): void => {
    if (expectedKeys.has(key)) return;
    foreign++;
    onFinding({ ...about('foreign-file', file.file, `${file.file} is an entry, but no item of the lists has this name.`), key });
  };
  await forEachInTurns(sorted.entries, judge, signal);
  return { foreign, temporaries };
}

function about(code: 'stale-temp' | 'foreign-file', file: string, message: string): Finding {
  return { code, severity: FINDINGS[code].severity, file, message };
}

async function reportMissing(expected: readonly ExpectedEntry[] | undefined, entries: ReadonlyMap<string, ScannedFile>, options: VerifyOptions, onFinding: (finding: Finding) => void, signal: AbortSignal): Promise<{ missing: number; notMadeYet: number }> {
  let missing = 0;
  let notMadeYet = 0;
  const judge = (entry: ExpectedEntry): void => {
    if (entries.has(entry.key) || (options.only !== undefined && !options.only.has(entry.key))) return;
    const name = entry.name ?? entry.key;
    if (entry.wasThere) {
      missing++;
      onFinding({ code: 'missing', severity: 'error', key: entry.key, name, message: `${name} had been in the cache and is gone.` });
      return;
    }
    notMadeYet++;
    const why = entry.lastError === null ? 'has not been made yet.' : `could not be made: ${entry.lastError}`;
    onFinding({ code: 'missing', severity: 'information', key: entry.key, name, message: `${name} ${why}` });
  };
  await forEachInTurns(expected ?? [], judge, signal);
  return { missing, notMadeYet };
}

type EntryCounts = Pick<VerifyCounts, 'entries' | 'sound' | 'damaged' | 'skipped' | 'bytes'>;

async function verifyEntries(entries: ReadonlyMap<string, ScannedFile>, dependencies: VerifyDependencies, options: VerifyOptions, signal: AbortSignal): Promise<EntryCounts> {
  const due: [string, ScannedFile][] = [];
  let skipped = 0;
  for (const [key, file] of entries) {
    if (options.only !== undefined && !options.only.has(key)) continue;
    const known = options.changedOnly ? dependencies.verified(key) : undefined;
    if (known !== undefined && isSameFile(known, file)) skipped++;
    else due.push([key, file]);
  }
  const stage = dependencies.meter.stage('verifying', due.length);
  stage.total = due.length;
  stage.bytesTotal = due.reduce((sum, [, file]) => sum + file.sizeBytes, 0);
  let sound = 0;
  let damaged = 0;
  let gone = 0;
  let bytes = 0;
  const batches = batchesOf(due, dependencies.pool.size);
  await forEachLimited(
    batches,
    dependencies.pool.size + 1,
    async (batch) => {
      await dependencies.gate.pass(signal);
      const facts = new Map(batch.map(([, file]) => [file.file, file]));
      const requests: VerifyRequestFile[] = batch.map(([key, file]) => ({ path: cachePath(dependencies.layout.directory, file.file), file: file.file, key, name: dependencies.nameOf(key) }));
      for (const request of requests) stage.start(request.name ?? request.file);
      const take = (outcome: VerifyOutcome): void => {
        const file = facts.get(outcome.file);
        if (file === undefined) return;
        facts.delete(outcome.file);
        if (!outcome.isSound && hasVanished(cachePath(dependencies.layout.directory, outcome.file))) {
          gone++;
          stage.finish(outcome.file);
          return;
        }
        if (outcome.isSound) sound++;
        else damaged++;
        bytes += outcome.sizeBytes;
        stage.bytes(outcome.sizeBytes);
        stage.finish(requests.find((request) => request.file === outcome.file)?.name ?? outcome.file);
        for (const finding of outcome.findings) dependencies.onFinding(finding);
        dependencies.onOutcome(outcome, file);
      };
      await verifyBatch(requests, dependencies, options.level, take, signal);
    },
    signal,
  );
  return { entries: due.length - gone + skipped, sound, damaged, skipped, bytes };
}

/**
 * An entry that somebody removed or set aside between the listing and its turn is not damaged: what is to be said about
 * its absence is said by the next run, which knows whether it was cleared.
 */
function hasVanished(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) === undefined;
  } catch {
    // It cannot even be looked at: what the worker said about it stands.
    return false;
  }
}

function isSameFile(known: VerifiedFacts, file: ScannedFile): boolean {
  return known.sizeBytes === file.sizeBytes && isSameTime(known.modifiedAtMs, file.modifiedAtMs) && isSameTime(known.changedAtMs, file.changedAtMs);
}

/** The catalog keeps times as float milliseconds, which are good to a quarter of a microsecond. */
export function isSameTime(aMs: number, bMs: number): boolean {
  return Math.abs(aMs - bMs) < 0.001;
}

/** A worker that dies on a batch costs that batch one more try, file by file; then the file is named. */
async function verifyBatch(requests: readonly VerifyRequestFile[], dependencies: VerifyDependencies, level: VerifyLevel, take: (outcome: VerifyOutcome) => void, signal: AbortSignal): Promise<void> {
  const done = new Set<string>();
  let isTaken = true;
  const collect = (value: unknown): void => {
    const outcome = value as VerifyOutcome;
    done.add(outcome.file);
    isTaken = false;
    take(outcome);
    isTaken = true;
  };
  const task = (files: readonly VerifyRequestFile[]) => ({ kind: dependencies.kind.id, task: 'verify', payload: dependencies.recognised.verifyPayload({ files, level }) });
  try {
    await dependencies.pool.run(task(requests), { signal, onPartial: collect });
  } catch (error) {
    // What could not be written down is no fault of the file.
    if (signal.aborted || !isTaken) throw error;
    for (const request of requests.filter((candidate) => !done.has(candidate.file))) {
      try {
        await dependencies.pool.run(task([request]), { signal, onPartial: collect });
      } catch (again) {
        if (signal.aborted || !isTaken) throw again;
        collect(lostOutcome(request, again));
      }
    }
  }
}

function lostOutcome(request: VerifyRequestFile, error: unknown): VerifyOutcome {
  const message = `${request.file} could not be checked: ${error instanceof Error ? error.message : String(error)}`;
  const finding: Finding = { code: 'unreadable', severity: 'error', key: request.key, file: request.file, message, ...(request.name === null ? {} : { name: request.name }) };
  return { file: request.file, isSound: false, findings: [finding], sizeBytes: 0, modifiedNs: '0', digest: null, shape: null, dtype: null, statistics: null, sourcePath: null };
}

/** Batches by size, small enough that every worker gets several. */
function batchesOf(due: readonly [string, ScannedFile][], workers: number): [string, ScannedFile][][] {
  const most = Math.max(1, Math.min(BATCH_FILES, Math.ceil(due.length / (workers * 4))));
  const batches: [string, ScannedFile][][] = [];
  let batch: [string, ScannedFile][] = [];
  let bytes = 0;
  for (const entry of due) {
    if (batch.length > 0 && (batch.length >= most || bytes + entry[1].sizeBytes > BATCH_BYTES)) {
      batches.push(batch);
      batch = [];
      bytes = 0;
    }
    batch.push(entry);
    bytes += entry[1].sizeBytes;
  }
  if (batch.length > 0) batches.push(batch);
  return batches;
}
