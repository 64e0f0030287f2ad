import type { AppCommand } from '../../../src-main/contract/app-commands.ts';
import { APP_COMMANDS } from '../../../src-main/contract/app-commands.ts';
import type { CacheSummary, JobSummary } from '../../../src-main/contract/commands.ts';
import type { EntrySummary } from '../../../src-main/contract/entries.ts';
import type { Mirror } from '../../state/index.ts';
import { call } from '../../state/index.ts';
import { commandFor } from '../cache/commands.ts';
import { cacheHash } from '../navigation/route.ts';
import { runCommand } from '../new/app-commands.ts';

export interface PaletteItem {
  readonly id: string;
  readonly group: 'Screens' | 'Caches' | 'Actions' | 'Entries';
  readonly title: string;
  /** What stands behind it in quiet letters. */
  readonly note: string;
  /** The same on the command line, where there is such a thing. */
  readonly command?: string;
  /** A place to go to, or something to do. */
  readonly goTo?: string;
  readonly run?: () => Promise<unknown>;
}

/** The table of the menus, without the palette itself. */
const COMMANDS: readonly PaletteItem[] = APP_COMMANDS.filter((command) => command.id !== 'palette').map((command: AppCommand): PaletteItem => {
  const { id, title, note, goTo } = command;
  const shown = { id, title, note, ...(command.command === undefined ? {} : { command: command.command }) };
  return goTo === undefined ? { ...shown, group: 'Actions', run: () => runCommand(id) } : { ...shown, group: 'Screens', goTo };
});

/** Everything that can be gone to or done without asking the engine. */
export function paletteItems(mirror: Mirror): readonly PaletteItem[] {
  return [...COMMANDS.filter(isPlace), ...mirror.library.flatMap(cachePlaces), ...COMMANDS.filter((item) => !isPlace(item)), ...mirror.library.flatMap((cache) => cacheActions(cache, mirror.jobs)), ...mirror.jobs.filter(isRunning).map(cancelAction)];
}

function isPlace(item: PaletteItem): boolean {
  return item.goTo !== undefined;
}

function isRunning(job: JobSummary): boolean {
  return job.state === 'running' || job.state === 'paused' || job.state === 'queued';
}

function cachePlaces(cache: CacheSummary): readonly PaletteItem[] {
  const place = (tab: 'items' | 'findings' | 'parameters' | 'storage' | 'history', title: string, command?: string): PaletteItem => ({ id: `cache-${cache.id}-${tab}`, group: 'Caches', title, note: cache.directory, goTo: cacheHash(cache.id, tab), ...(command === undefined ? {} : { command }) });
  return [
    place('items', cache.label, commandFor('ls', cache)),
    place('findings', `${cache.label}: findings`),
    place('storage', `${cache.label}: storage`, commandFor('stats', cache)),
    place('history', `${cache.label}: history`),
  ];
}

/** None while a job runs on the cache. */
function cacheActions(cache: CacheSummary, jobs: readonly JobSummary[]): readonly PaletteItem[] {
  if (jobs.some((job) => isRunning(job) && job.directory === cache.directory)) return [];
  return [{ id: `verify-${cache.id}`, group: 'Actions', title: `Verify ${cache.label}`, note: 'every byte and every number', command: commandFor('verify', cache), run: () => call('cache.verify', { cacheId: cache.id }), goTo: '#/jobs' }];
}

function cancelAction(job: JobSummary): PaletteItem {
  return { id: `cancel-${job.id}`, group: 'Actions', title: `Cancel ${job.command}`, note: job.directory ?? '', command: `larder jobs cancel ${job.id}`, run: () => call('jobs.cancel', { jobId: job.id }) };
}

/** Shorter texts are in everything. */
export const ENTRY_TEXT_MIN = 2;
const CACHES_SEARCHED = 10;
const ENTRIES_PER_CACHE = 6;

/** Entries of the known caches by part of their name or the beginning of their hash. */
export async function searchEntries(text: string, library: readonly CacheSummary[]): Promise<readonly PaletteItem[]> {
  const answers = library.slice(0, CACHES_SEARCHED).map(async (cache) => {
    const { rows } = await call('cache.items', { cacheId: cache.id, text, limit: ENTRIES_PER_CACHE });
    return rows.map((row) => entryItem(row, cache));
  });
  const settled = await Promise.allSettled(answers);
  return settled.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
}

function entryItem(row: EntrySummary, cache: CacheSummary): PaletteItem {
  return { id: `entry-${cache.id}-${row.key}`, group: 'Entries', title: row.name ?? row.key, note: `${row.key.slice(0, 8)} · ${row.state} · ${cache.label}`, goTo: cacheHash(cache.id, 'items', row.key), command: commandFor(`show ${row.key}`, cache) };
}
