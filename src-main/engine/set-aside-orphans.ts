import { lstat } from 'node:fs/promises';
import { posix } from 'node:path';
import { errnoOf, fileError } from '../base/index.ts';
import type { CacheKind, KindItem } from '../kinds/index.ts';
import type { CacheLayout } from '../store/index.ts';
import { cachePath, namesIn, quarantineFiles } from '../store/index.ts';
import type { EngineContext } from './context.ts';
import type { RunningJob } from './run-job.ts';
import { withRoom } from './with-room.ts';

/** As many are looked for one by one; for more of them the folder is read. */
const LOOKED_FOR_SINGLY = 1_000;

/**
 * Sets aside what lies beside main files that are not there, of items that are about to be made: it would be written
 * over, and nobody knows whether it is only an old copy of what comes, or the last trace of something else.
 *
 * @throws DISK_FULL, PERMISSION_DENIED, READ_ONLY, IO_FAILED
 */
export async function setAsideOrphans(context: EngineContext, kind: CacheKind, items: readonly KindItem[], layout: CacheLayout, job: RunningJob): Promise<void> {
  const beside = items.flatMap(({ key, name }) => kind.entryFiles(key).slice(1).map((file) => ({ file, key, name })));
  const isListed = beside.length > LOOKED_FOR_SINGLY ? await listed(layout, new Set(beside.map(({ file }) => posix.dirname(file)))) : undefined;
  const orphans: typeof beside = [];
  for (const each of beside) {
    if (isListed !== undefined && !isListed(each.file)) continue;
    // The main file is looked for last: whoever else publishes this entry gives it its name first.
    if ((await isThere(cachePath(layout.directory, each.file))) && !(await isThere(cachePath(layout.directory, kind.entryFiles(each.key)[0])))) orphans.push(each);
  }
  if (orphans.length === 0) return;
  const { code, message } = kind.batches!.orphan;
  const records = await withRoom(context, layout.directory, () => quarantineFiles(layout, orphans, { reason: { code, message }, nowMs: Date.now(), larderVersion: context.version }));
  for (const { id, file } of records) context.emit({ type: 'entryQuarantined', jobId: job.id, id, file, reason: code });
}

async function listed(layout: CacheLayout, folders: ReadonlySet<string>): Promise<(file: string) => boolean> {
  const names = new Set<string>();
  for (const folder of folders) for (const name of await namesIn(cachePath(layout.directory, folder))) names.add(posix.join(folder, name));
  return (file) => names.has(file);
}

/** Also a link, which is set aside as it is. */
async function isThere(path: string): Promise<boolean> {
  try {
    return (await lstat(path)) !== undefined;
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === 'ENOENT' || errno === 'ENOTDIR') return false;
    throw fileError(error, path, 'looking at');
  }
}
