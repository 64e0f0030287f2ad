import { lstat, realpath } from 'node:fs/promises';
import { sep } from 'node:path';
import { errnoOf, fileError, forEachLimited, isLarderError } from '../base/index.ts';
import type { KindItem, VerifyOutcome } from '../kinds/index.ts';
import { NameClash } from '../pipeline/index.ts';
import { hfHomeDirectory, hubCacheDirectory } from '../sources/index.ts';
import type { CacheLayout } from '../store/index.ts';
import { cachePath, isInside, removeFile } from '../store/index.ts';
import type { WorkerPool } from '../workers/index.ts';
import type { EngineContext } from './context.ts';
import type { EnginePlan } from './plan-command.ts';
import type { RunningJob } from './run-job.ts';
import { settingsEnvironment } from './settings/index.ts';

/**
 * Removes the user's raw files, as `--clean-local-raw-files` asks for: only plain files inside the
 * config's raw folder, only where the entry is there, every byte of it has been checked and nothing
 * had to be said about it, never one of another size than what the entry was made of, and never
 * anything that belongs to a Hugging Face cache.
 */
export async function cleanRawFiles(context: EngineContext, plan: EnginePlan, layout: CacheLayout, pool: WorkerPool, job: RunningJob): Promise<{ files: number; bytes: number }> {
  let files = 0;
  let bytes = 0;
  const meter = job.meter.stage('clearing', plan.required.length);
  const clash = new NameClash(plan.required.map(({ name }) => name));
  await forEachLimited(
    plan.required,
    pool.size + 1,
    async (item) => {
      await job.gate.pass(job.signal);
      const removed = await cleanOne(context, plan, layout, pool, job, item, clash);
      meter.finish(item.name);
      if (removed === undefined) return;
      files++;
      bytes += removed.sizeBytes;
      context.emit({ type: 'rawFileRemoved', jobId: job.id, path: removed.path, sizeBytes: removed.sizeBytes });
    },
    job.signal,
  );
  return { files, bytes };
}

async function cleanOne(context: EngineContext, plan: EnginePlan, layout: CacheLayout, pool: WorkerPool, job: RunningJob, item: KindItem, clash: NameClash): Promise<{ path: string; sizeBytes: number } | undefined> {
  const path = localPathOf(plan, item);
  if (path === undefined) return undefined;
  const facts = await plainFile(path);
  if (facts === undefined || !(await clash.isOwn(item.name, path)) || !(await isRemovable(context, plan, path))) return undefined;
  if (isAnother(context, layout, item, facts) || !(await isFlawless(plan, layout, pool, job, item))) return undefined;
  await removeFile(path, 'removing the raw file');
  return { path, sizeBytes: facts };
}

function localPathOf(plan: EnginePlan, item: KindItem): string | undefined {
  try {
    return plan.config.originOf(item).localPath;
  } catch (error) {
    if (isLarderError(error)) return undefined;
    throw error;
  }
}

async function plainFile(path: string): Promise<number | undefined> {
  try {
    const s = await lstat(path);
    return s.isFile() ? s.size : undefined;
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === 'ENOENT' || errno === 'ENOTDIR') return undefined;
    throw fileError(error, path, 'looking at the raw file');
  }
}

/** Whether the entry was made of a file of another size, as far as it is known: its user may have corrected the raw file since, and nothing else has what it says now. */
function isAnother({ catalog }: EngineContext, layout: CacheLayout, { key }: KindItem, sizeBytes: number): boolean {
  const cache = catalog.caches.getByDirectory(layout.directory);
  const madeOf = cache === undefined ? undefined : catalog.entries.getByKey(cache.id, key)?.source?.sizeBytes;
  return madeOf !== undefined && madeOf !== sizeBytes;
}

/** Judged by where the file really is: a folder on the way may be a link to somewhere else. */
async function isRemovable(context: EngineContext, plan: EnginePlan, path: string): Promise<boolean> {
  const real = await realpath(path);
  const roots = await Promise.all(plan.config.rawDirectories.map((directory) => realpath(directory).catch(() => directory)));
  if (!roots.some((root) => isInside(root, real))) return false;
  if (real.includes(`${sep}.cache${sep}huggingface${sep}`)) return false;
  // Its cache is kept wherever it lies: where the environment says, and where the settings do.
  const environments = [context.environment, settingsEnvironment(context.environment, context.settings.current())];
  const kept = [...environments.flatMap((environment) => [hfHomeDirectory(environment), hubCacheDirectory(environment)]), plan.config.repository?.cacheDirectory, context.environment['HF_XET_CACHE']];
  for (const directory of kept) {
    if (directory !== undefined && directory !== '' && isInside(await realpath(directory).catch(() => directory), real)) return false;
  }
  return true;
}

/**
 * Every byte of the entry is read once more, whatever is known of it: what follows cannot be undone,
 * and a disk that rots changes neither size nor time. A warning keeps the raw file as well: PyTorch
 * reads such an entry, but it is not as it was made.
 */
async function isFlawless(plan: EnginePlan, layout: CacheLayout, pool: WorkerPool, job: RunningJob, item: KindItem): Promise<boolean> {
  const [file] = plan.kind.entryFiles(item.key);
  const path = cachePath(layout.directory, file);
  const facts = await lstat(path).catch((error: unknown) => {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw fileError(error, path, 'looking at the entry');
  });
  if (facts === undefined || !facts.isFile()) return false;
  const recognised = await plan.kind.recognise(layout.directory, [file]);
  // What an entry should be like is read from the parameters of the cache: without them, little is checked.
  if (recognised === undefined || recognised.findings.length > 0 || (plan.config.parametersFile !== undefined && recognised.parameters.length === 0)) return false;
  let hasNoFinding = false;
  await pool.run(
    { kind: plan.kind.id, task: 'verify', payload: recognised.verifyPayload({ files: [{ path, file, key: item.key, name: item.name }], level: 'deep' }) },
    { signal: job.signal, onPartial: (value) => (hasNoFinding = !(value as VerifyOutcome).findings.some(({ severity }) => severity !== 'information')) },
  );
  return hasNoFinding;
}
