import { randomBytes } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileError } from '../../base/index.ts';
import type { FetchedFile } from '../source.ts';
import type { DownloadPaths } from './download-paths.ts';
import { identityOf } from './download-record.ts';
import { PartialFile, type PartialOptions } from './partial-file.ts';
import { type PartialLock, acquireLock } from './partial-lock.ts';

export interface OpenPartialOptions extends Omit<PartialOptions, 'paths'> {
  readonly paths: DownloadPaths;
}

export interface OpenedPartial {
  readonly partial: PartialFile;
  /** Gives the lock back; the partial file must be closed or published before. */
  release(): Promise<void>;
}

/**
 * Opens the partial file of a content for writing. When another process holds it, or that cannot
 * be told, a partial under a name of its own is used: it costs bandwidth, not correctness.
 *
 * @throws the errors of `PartialFile.open`
 */
export async function openPartial(options: OpenPartialOptions): Promise<OpenedPartial> {
  const { paths } = options;
  let lock: PartialLock | undefined;
  try {
    lock = await acquireLock(paths.lock, options.timings);
  } catch (error) {
    throw fileError(error, paths.lock, 'locking the download');
  }
  if (lock === undefined) return { partial: await PartialFile.open({ ...options, paths: ownNames(paths) }), release: async () => undefined };
  try {
    await removeTorn(paths);
    return { partial: await PartialFile.open(options), release: () => lock.release() };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

/** Halves of records: what remains when a run was killed while it wrote one. Only the lock's holder may do this. */
async function removeTorn(paths: DownloadPaths): Promise<void> {
  if ((await identityOf(paths.part)) === undefined) return;
  const directory = dirname(paths.part);
  const torn = (await readdir(directory)).filter((name) => name.startsWith(`${basename(paths.record)}.`) && name.endsWith('.larder-tmp'));
  for (const name of torn) await rm(join(directory, name), { force: true });
}

function ownNames(paths: DownloadPaths): Pick<DownloadPaths, 'part' | 'record' | 'final'> {
  const own = `.${randomBytes(4).toString('hex')}`;
  return { part: paths.part.replace(/\.part$/, `${own}.part`), record: paths.record.replace(/\.json$/, `${own}.json`), final: paths.final };
}

const OURS = /^[0-9a-f]{40,64}-\d+(\.[0-9a-f]{8})?\.(?:part|json|lock(?:\.[0-9a-f]{8}(?:\.heir)?)*)$/;

/**
 * Removes what unfinished downloads left in a directory: an action of its own, never part of
 * cancelling. Finished files stay. Nobody may be downloading into the directory.
 *
 * @param which `stray` for partials under names of their own, which are never resumed; `all` for every one
 * @returns names of the removed files
 */
export async function discardPartials(directory: string, which: 'stray' | 'all'): Promise<string[]> {
  const names = await readdir(directory).catch((error: unknown): string[] => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw fileError(error, directory, 'reading the download folder');
  });
  const doomed = names.filter((name) => {
    const match = OURS.exec(name);
    if (match === null) return false;
    if (which === 'stray') return match[1] !== undefined;
    return !name.endsWith('.json') || names.includes(name.replace(/\.json$/, '.part'));
  });
  for (const name of doomed) await rm(join(directory, name), { force: true });
  return doomed;
}

/**
 * Removes a finished download and its record once nobody needs it. A file that is not ours is left
 * where it is.
 */
export async function removeDownload(fetched: Pick<FetchedFile, 'path' | 'owned'>): Promise<void> {
  if (!fetched.owned) return;
  await rm(fetched.path, { force: true });
  const stem = /^(.*[0-9a-f]{40,64}-\d+)(?:\.[A-Za-z0-9]+)*$/.exec(fetched.path)?.[1];
  if (stem !== undefined) await rm(`${stem}.json`, { force: true });
}
