import type { FixArguments, FixResult } from '../contract/commands.ts';
import { FINDINGS } from '../contract/findings.ts';
import type { Finding, FindingCode } from '../contract/findings.ts';
import { isAsJudged, isLarderError } from '../base/index.ts';
import type { LarderError } from '../base/index.ts';
import type { CacheLock } from '../store/index.ts';
import { cachePath, lockCache, quarantineFile, removeEmptyFolders, removeFile, sweepClaims, sweepEmptyRecords, sweepStaging } from '../store/index.ts';
import type { EngineContext } from './context.ts';
import { makeMeasured, sweepRaw } from './generate-command.ts';
import type { OpenedCache } from './open-cache.ts';
import { openCache } from './open-cache.ts';
import { assertRemakeFits, diskBytesOf, planRemake, withFreed } from './remake.ts';
import type { RemakePlan } from './remake.ts';
import { repairCache } from './repair-cache.ts';
import { runJob } from './run-job.ts';
import type { RunningJob } from './run-job.ts';
import { findUnfinishedRepairs } from './unfinished-repairs.ts';
import { withRoom } from './with-room.ts';
import type { VerifiedCache } from './verified-cache.ts';
import { verifyCache } from './verify-command.ts';

/** An entry whose file goes, and which is then made again. */
export interface Repair {
  readonly key: string;
  readonly name: string;
  /** undefined: it is gone already. */
  readonly file: string | undefined;
  readonly code: FindingCode;
  readonly reason: { readonly code: string; readonly message: string };
  /** Left by an earlier repair: nothing is said where the lists no longer have it. */
  readonly isEarlier?: boolean;
}

/**
 * Verifies, sets aside what is damaged (or deletes it, if asked), makes it again, and says what
 * could not be made again.
 *
 * @throws CACHE_IN_USE, LOCK_LOST, CACHE_NOT_FOUND, DISK_FULL, CANCELLED; DISK_WOULD_NOT_FIT before anything is touched
 */
export async function fixCommand(context: EngineContext, request: FixArguments, signal: AbortSignal): Promise<FixResult> {
  const cache = await openCache(context, request, signal);
  return await runJob(context, { command: 'fix', cacheId: cache.row.id, directory: cache.layout.directory, arguments: { ...request } }, signal, async (job) => {
    // Whoever generates here now may well do so for hours: better told before all is read than after.
    await (await lockCache(cache.layout, { needsNoSpace: true })).release();
    if (cache.kind.audit !== undefined) return await repairCache(context, cache, request, job);
    const verified = await verifyCache(context, cache, request, job);
    const repairs = repairsFor(verified.findings);
    const all = await withUnfinished(cache, repairs);
    const remake = await planAgain(context, cache, all, request, job);
    const lock = await withRoom(context, cache.layout.directory, () => lockCache(cache.layout, { needsNoSpace: request.delete === true }));
    let taken: Taken;
    try {
      taken = await takeAway(context, cache, repairs, verified, request.delete === true, job, lock);
    } finally {
      await lock.release();
    }
    const { left, ...moved } = taken;
    const remade = await makeAgain(context, cache, all.filter(({ key }) => !left.has(key)), without(remake, left), request, job);
    if (all.length === 0) await tidy(cache, verified.result.notMadeYet);
    const notDone = repairs.filter(({ key }) => left.has(key)).map(({ name }) => ({ name, reason: CHANGED_MEANWHILE }));
    return { ...verified.result, ...moved, ...remade, notRemade: [...notDone, ...remade.notRemade] };
  });
}

/** Why nothing is done about an entry that was found damaged. */
const CHANGED_MEANWHILE = 'its file was changed or taken away by somebody else since it was looked at, and is left as it is now; run the command again';

/** The plan of what is made again, or why there is none; what cannot be planned is set aside all the same, and told. */
type Remake = RemakePlan | { readonly error: LarderError };

/**
 * Says what making again takes before anything is touched.
 *
 * @throws DISK_WOULD_NOT_FIT, CANCELLED
 */
async function planAgain(context: EngineContext, cache: OpenedCache, repairs: readonly Repair[], request: FixArguments, job: RunningJob): Promise<Remake> {
  let plan: RemakePlan;
  try {
    plan = await planRemake(context, cache, repairs.map(({ key }) => key), request, job.signal);
  } catch (error) {
    if (!isLarderError(error) || error.code === 'CANCELLED' || error.code === 'DISK_FULL') throw error;
    return { error };
  }
  if (plan.forecast === undefined) return plan;
  const { directory } = cache.layout;
  const freed = request.delete === true ? await diskBytesOf(directory, repairs.flatMap(({ file }) => (file === undefined ? [] : [file]))) : 0;
  const forecast = withFreed(plan.forecast, freed);
  context.emit({ type: 'remakePlanned', jobId: job.id, forecast });
  assertRemakeFits(forecast);
  return plan;
}

/** The same without items whose files are left as they are. */
function without(remake: Remake, left: ReadonlySet<string>): Remake {
  if ('error' in remake || remake.planned === undefined || left.size === 0) return remake;
  const { planned, listed } = remake;
  return { ...remake, listed: new Set(Array.from(listed).filter((key) => !left.has(key))), planned: { ...planned, work: planned.work.filter(({ item }) => !left.has(item.key)) } };
}

/** What a killed repair left behind, where this one has nothing to make and so would not come by it. */
async function tidy(cache: OpenedCache, notMadeYet: number): Promise<void> {
  // Downloads may be half of what is still to be made; of a complete cache nobody asks for them again.
  if (cache.config !== undefined && notMadeYet === 0) await sweepRaw(cache.layout, undefined, [], []);
  await removeEmptyFolders(cache.layout);
}

/** What an earlier repair set aside and did not come to make again is made with the rest. */
async function withUnfinished(cache: OpenedCache, repairs: readonly Repair[]): Promise<Repair[]> {
  const own = new Set(repairs.map(({ key }) => key));
  const earlier = cache.config === undefined ? [] : await findUnfinishedRepairs(cache.layout);
  return [...repairs, ...earlier.filter(({ key }) => !own.has(key)).map((repair) => ({ ...repair, file: undefined, isEarlier: true }))];
}

/** Findings whose repair is to make the entry again, one per entry; the first is the reason. */
export function repairsFor(findings: readonly Finding[]): Repair[] {
  const repairs = new Map<string, Repair>();
  for (const finding of findings) {
    if (finding.severity !== 'error' || finding.key === undefined || finding.code === 'unreadable' || finding.code === 'params-mismatch') continue;
    if (repairs.has(finding.key)) continue;
    repairs.set(finding.key, { key: finding.key, name: finding.name ?? finding.key, code: finding.code, file: finding.code === 'missing' ? undefined : finding.file, reason: { code: finding.code, message: finding.message } });
  }
  return Array.from(repairs.values());
}

interface Taken {
  readonly quarantined: number;
  readonly deleted: number;
  readonly swept: number;
  /** Keys of what is not any more what was judged. */
  readonly left: ReadonlySet<string>;
}

/** Removal goes the other way round than publishing: first the row, then the file. */
async function takeAway(context: EngineContext, cache: OpenedCache, repairs: readonly Repair[], { findings, judged }: VerifiedCache, isDelete: boolean, job: RunningJob, lock: CacheLock): Promise<Taken> {
  const stage = job.meter.stage('repairing', repairs.filter((repair) => repair.file !== undefined).length);
  const left = new Set<string>();
  let quarantined = 0;
  let deleted = 0;
  for (const repair of repairs) {
    if (repair.file === undefined) continue;
    await job.gate.pass(job.signal);
    await lock.assertHeld();
    stage.start(repair.name);
    const was = judged?.get(repair.file);
    if (was !== undefined && !(await isAsJudged(cachePath(cache.layout.directory, repair.file), was))) left.add(repair.key);
    else if (isDelete) {
      context.catalog.entries.upsert(cache.row.id, [{ key: repair.key, state: 'missing', file: null, sizeBytes: null, modifiedAtMs: null }]);
      await removeFile(cachePath(cache.layout.directory, repair.file));
      context.emit({ type: 'entryRemoved', jobId: job.id, file: repair.file, sizeBytes: 0 });
      deleted++;
    } else {
      context.catalog.entries.upsert(cache.row.id, [{ key: repair.key, state: 'quarantined', file: null, sizeBytes: null, modifiedAtMs: null }]);
      const aside = { file: repair.file, key: repair.key, name: repair.name, reason: repair.reason, nowMs: Date.now(), larderVersion: context.version, jobId: job.id };
      const record = await withRoom(context, cache.layout.directory, () => quarantineFile(cache.layout, aside));
      context.emit({ type: 'entryQuarantined', jobId: job.id, id: record.id, file: repair.file, reason: repair.reason.code });
      quarantined++;
    }
    stage.finish(repair.name);
  }
  await lock.assertHeld();
  return { quarantined, deleted, left, swept: await sweepLeftovers(cache, findings) };
}

async function sweepLeftovers(cache: OpenedCache, findings: readonly Finding[]): Promise<number> {
  let swept = (await sweepStaging(cache.layout)) + (await sweepClaims(cache.layout));
  await sweepEmptyRecords(cache.layout);
  for (const finding of findings) {
    if (finding.code !== 'stale-temp' || finding.file === undefined || finding.file.includes('/')) continue;
    await removeFile(cachePath(cache.layout.directory, finding.file));
    swept++;
  }
  return swept;
}

async function makeAgain(context: EngineContext, cache: OpenedCache, repairs: readonly Repair[], remake: Remake, request: FixArguments, job: RunningJob): Promise<Pick<FixResult, 'remade' | 'notRemade' | 'forecast' | 'measured'>> {
  if (repairs.length === 0) return { remade: 0, notRemade: [] };
  const config = cache.config;
  if (config === undefined) {
    // Its first line, since it is told of every entry.
    const reason = cache.unreadableConfig?.message.split(':\n')[0] ?? 'no config is known for this cache; give the one it was made with (--config)';
    return { remade: 0, notRemade: repairs.map(({ name }) => ({ name, reason })) };
  }
  if ('error' in remake) return { remade: 0, notRemade: repairs.map(({ name }) => ({ name, reason: remake.error.message })) };
  const { planned, listed } = remake;
  const unlisted = repairs.filter((repair) => !listed.has(repair.key) && repair.isEarlier !== true).map(({ name }) => ({ name, reason: 'it is in none of the lists of the config' }));
  if (planned === undefined) return { remade: 0, notRemade: unlisted };
  const generate = { config: config.configPath, only: Array.from(listed), ...(request.numWorkers === undefined ? {} : { numWorkers: request.numWorkers }) };
  try {
    const result = await makeMeasured(context, generate, planned, cache.row, cache.layout, job);
    const blocked = planned.plan.blocked.map((item) => ({ name: item.name, reason: item.message }));
    const failed = result.failures.map((failure) => ({ name: failure.name, reason: failure.message }));
    const { forecast, measured } = result;
    return { remade: result.published + result.alreadyThere, notRemade: [...unlisted, ...blocked, ...failed], ...(forecast === undefined || measured === undefined ? {} : { forecast, measured }) };
  } catch (error) {
    if (!isLarderError(error) || error.code === 'CANCELLED' || error.code === 'DISK_FULL') throw error;
    return { remade: 0, notRemade: [...unlisted, ...repairs.filter(({ key }) => listed.has(key)).map(({ name }) => ({ name, reason: error.message }))] };
  }
}

/** What repairing would do about a finding, in words. */
export function fixSentence(finding: Finding): string {
  return FINDINGS[finding.code].fix;
}
