import { lstat } from 'node:fs/promises';
import { posix } from 'node:path';
import { errnoOf, fileError, isLarderError } from '../base/index.ts';
import type { LarderError } from '../base/index.ts';
import type { CacheKind, KindItem } from '../kinds/index.ts';
import type { CacheLayout, QuarantineRecord } from '../store/index.ts';
import { cachePath, isOfOneFile, namesIn, quarantineFiles } from '../store/index.ts';
import type { EngineContext } from './context.ts';
import type { RunningJob } from './run-job.ts';
import { withRoom } from './with-room.ts';

/** As many are looked for one by one; for more of them the folder is read. */
const LOOKED_FOR_SINGLY = 1_000;

/** A file that lies beside a main file, or should. */
interface Beside {
  readonly file: string;
  readonly key: string;
  readonly name: string;
}

/** Why something is set aside. */
export type Reason = QuarantineRecord['reason'];

/**
 * Sets aside what lies beside main files that are not there, of items that are about to be made: it would be written
 * over, and nobody knows whether it is only an old copy of what comes, or the last trace of something else.
 *
 * @param reasonOf what a repair is about that makes an item again: by that reason it is remembered, should it fail
 * @returns why, by key, of items whose files could not be looked at or set aside: they cannot be made without loss
 * @throws DISK_FULL, READ_ONLY; PERMISSION_DENIED where a folder may not be looked into
 */
export async function setAsideOrphans(context: EngineContext, kind: CacheKind, items: readonly KindItem[], layout: CacheLayout, job: RunningJob, reasonOf: (key: string) => Reason | undefined): Promise<ReadonlyMap<string, unknown>> {
  const failed = new Map<string, unknown>();
  const beside = items.flatMap(({ key, name }) => kind.entryFiles(key).slice(1).map((file): Beside => ({ file, key, name })));
  const isListed = beside.length > LOOKED_FOR_SINGLY ? await listed(layout, new Set(beside.map(({ file }) => posix.dirname(file)))) : undefined;
  const orphans: Beside[] = [];
  for (const each of beside) {
    if (isListed !== undefined && !isListed(each.file)) continue;
    const found = await isThere(cachePath(layout.directory, each.file));
    if (found === false) continue;
    // The main file is looked for last: whoever else publishes this entry gives it its name first.
    const main = found === true ? await isThere(cachePath(layout.directory, kind.entryFiles(each.key)[0])) : found;
    if (main === false) orphans.push(each);
    else if (main !== true) failed.set(each.key, main);
  }
  const setAside = async (files: readonly Beside[], reason: Reason): Promise<void> => {
    const records = await withRoom(context, layout.directory, () => quarantineFiles(layout, files, { reason, nowMs: Date.now(), larderVersion: context.version, jobId: job.id }));
    for (const { id, file } of records) context.emit({ type: 'entryQuarantined', jobId: job.id, id, file, reason: reason.code });
  };
  const isOfRepair = ({ key }: Beside): boolean => reasonOf(key) !== undefined;
  const together = orphans.filter((orphan) => !isOfRepair(orphan));
  let singly: readonly Beside[] = orphans.filter(isOfRepair);
  try {
    if (together.length > 0) await setAside(together, kind.batches!.orphan);
  } catch (error) {
    if (!isOfItem(error)) throw error;
    // Which of them it was; those that were moved are left out.
    singly = orphans;
  }
  for (const orphan of singly) {
    await setAside([orphan], reasonOf(orphan.key) ?? kind.batches!.orphan).catch((problem: unknown) => {
      if (!isOfItem(problem)) throw problem;
      failed.set(orphan.key, problem);
    });
  }
  return failed;
}

function isOfItem(error: unknown): boolean {
  return isLarderError(error, 'IO_FAILED') || isLarderError(error, 'PERMISSION_DENIED');
}

async function listed(layout: CacheLayout, folders: ReadonlySet<string>): Promise<(file: string) => boolean> {
  const names = new Set<string>();
  for (const folder of folders) for (const name of await namesIn(cachePath(layout.directory, folder))) names.add(posix.join(folder, name));
  return (file) => names.has(file);
}

/** Also a link, which is set aside as it is. @returns what the disk says instead, where that is of this file alone */
async function isThere(path: string): Promise<boolean | LarderError> {
  try {
    return (await lstat(path)) !== undefined;
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === 'ENOENT' || errno === 'ENOTDIR') return false;
    const told = fileError(error, path, 'looking at');
    if (isLarderError(told) && isOfOneFile(told, path)) return told;
    throw told;
  }
}
