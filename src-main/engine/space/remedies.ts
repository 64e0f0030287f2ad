import { lstat, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { SpaceRemedy } from '../../contract/space.ts';
import type { Cache } from '../../catalog/index.ts';
import { cacheLayout, folderSums, listStaging } from '../../store/index.ts';
import type { EngineContext } from '../context.ts';
import type { EnginePlan } from '../plan-command.ts';
import { quoted } from './quoted.ts';

/** Entries nobody has changed for this long are offered; a bucket of the catalog's ages begins there. */
const OLD_DAYS = 90;
/** Looking at more raw files than this would take longer than anybody waits for an answer. */
const RAW_LOOKED_AT = 20_000;

/**
 * What on the disk of a folder can be given up, most first: Larder's own leftovers, what was set
 * aside, entries no list asks for or nobody has touched for long, raw files whose entries are there.
 * What cannot be looked at is left out: this is advice.
 *
 * @param running the job's own plan, whose raw files are looked at
 */
export async function findRemedies(context: EngineContext, directory: string, running: EnginePlan | undefined): Promise<readonly SpaceRemedy[]> {
  const device = await deviceOf(directory);
  const found: SpaceRemedy[] = [];
  for (const cache of context.catalog.caches.list()) {
    if ((await deviceOf(cache.directory)) === device) found.push(...(await ofCache(context, cache, running)));
  }
  const previews = join(context.dataDirectory, 'previews');
  if ((await deviceOf(previews)) === device) found.push({ kind: 'previews', directory: previews, cacheId: null, command: 'larder clear --previews', ...(await measured(previews)) });
  if (running !== undefined) found.push(...(await usedRawFiles(running, device)));
  return found.filter((remedy) => remedy.bytes > 0).sort((a, b) => b.bytes - a.bytes);
}

async function ofCache(context: EngineContext, cache: Cache, running: EnginePlan | undefined): Promise<SpaceRemedy[]> {
  const layout = cacheLayout(cache.directory);
  const about = { directory: cache.directory, cacheId: cache.id };
  const target = `--cache ${quoted(cache.directory)}`;
  const remedies: SpaceRemedy[] = [{ kind: 'quarantine', ...about, command: `larder quarantine purge --all ${target}`, ...(await measured(layout.quarantine)) }];
  const isOwn = running?.config.directory === cache.directory;
  // Only what is set aside can be given up while somebody works there: another process, or the job that asks and waits.
  if (isOwn ? context.waitsForSpace === true : await isWorkedOn(layout.directory)) return remedies;
  if (!isOwn) {
    const [staging, raw] = [await measured(layout.staging), await measured(layout.raw)];
    remedies.push({ kind: 'leftovers', ...about, command: `larder clear --leftovers ${target}`, bytes: staging.bytes + raw.bytes, files: staging.files + raw.files });
  }
  const foreign = { bytes: 0, files: 0 };
  const old = { bytes: 0, files: 0 };
  for (const group of context.catalog.entries.storage(cache.id, Date.now())) {
    const isOld = group.maxAgeDays === null || group.maxAgeDays > OLD_DAYS;
    const sum = group.state === 'foreign' ? foreign : isOld && !isOwn ? old : undefined;
    if (sum === undefined) continue;
    sum.bytes += group.bytes;
    sum.files += group.bytes > 0 ? group.entries : 0;
  }
  remedies.push({ kind: 'foreign', ...about, command: `larder clear --state foreign --delete ${target}`, ...foreign });
  remedies.push({ kind: 'old', ...about, command: `larder clear --older ${OLD_DAYS}d --delete ${target}`, ...old });
  return remedies;
}

async function isWorkedOn(directory: string): Promise<boolean> {
  return await listStaging(cacheLayout(directory)).then(
    (folders) => folders.some((folder) => folder.isAlive),
    () => true,
  );
}

/** The user's raw files of entries that are there, as `--clean-local-raw-files` would remove them once it has checked the entries. */
async function usedRawFiles(plan: EnginePlan, device: number | undefined): Promise<SpaceRemedy[]> {
  let bytes = 0;
  let files = 0;
  if (plan.kind.batches !== undefined) return [];
  const waiting = new Set(plan.work.map((work) => work.item.key));
  for (const item of plan.required.slice(0, RAW_LOOKED_AT)) {
    // What this job has made meanwhile counts too: the entry itself is asked for.
    if (waiting.has(item.key) && (await factsOf(join(plan.config.directory, plan.kind.entryFiles(item.key)[0]))) === undefined) continue;
    const facts = await factsOf(localPath(plan, item));
    if (facts === undefined || facts.dev !== device) continue;
    bytes += facts.size;
    files++;
  }
  return [{ kind: 'raw-files', directory: plan.config.rawDirectories[0] ?? dirname(plan.config.configPath), cacheId: null, command: `larder generate --clean-local-raw-files --config ${quoted(plan.config.configPath)}`, bytes, files }];
}

function localPath(plan: EnginePlan, item: EnginePlan['required'][number]): string | undefined {
  try {
    return plan.config.originOf(item).localPath;
  } catch {
    return undefined;
  }
}

async function factsOf(path: string | undefined): Promise<{ readonly size: number; readonly dev: number } | undefined> {
  if (path === undefined || path === '') return undefined;
  const facts = await lstat(path).catch(() => undefined);
  return facts?.isFile() === true ? facts : undefined;
}

async function measured(directory: string): Promise<{ readonly bytes: number; readonly files: number }> {
  return await folderSums(directory).catch(() => ({ bytes: 0, files: 0 }));
}

/** Of the nearest folder that exists. */
async function deviceOf(path: string): Promise<number | undefined> {
  for (let at = path; ; at = dirname(at)) {
    const facts = await stat(at).catch(() => undefined);
    if (facts !== undefined || dirname(at) === at) return facts?.dev;
  }
}
