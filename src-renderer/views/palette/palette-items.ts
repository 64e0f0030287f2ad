import type { AppCommand } from '../../../src-main/contract/app-commands.ts';
import { APP_COMMANDS } from '../../../src-main/contract/app-commands.ts';
import type { CacheSummary, JobSummary } from '../../../src-main/contract/commands.ts';
import type { EntrySummary } from '../../../src-main/contract/entries.ts';
import { THEMES } from '../../../src-main/contract/settings.ts';
import { formatCount } from '../../lib/format.ts';
import type { Mirror } from '../../state/index.ts';
import { call } from '../../state/index.ts';
import type { CacheDialogName } from '../cache/asked-dialog.ts';
import { askForDialog } from '../cache/asked-dialog.ts';
import { commandFor } from '../cache/commands.ts';
import { missingOf } from '../cache/unmakable.ts';
import { actionCommand, actionsOf } from '../jobs/job-actions.ts';
import { isRunning } from '../jobs/job-verdict.ts';
import type { CacheTab } from '../navigation/route.ts';
import { cacheHash } from '../navigation/route.ts';
import { runCommand } from '../new/app-commands.ts';
import { startSample } from '../new/new-state.ts';
import { SETTINGS_SECTIONS, changeTheme, goToSection } from '../settings/sections.ts';
import { settingCommand } from '../settings/values.ts';

export interface PaletteItem {
  readonly id: string;
  readonly group: 'Screens' | 'Caches' | 'Actions' | 'Settings' | 'Entries';
  readonly title: string;
  /** What stands behind it in quiet letters. */
  readonly note: string;
  /** The same on the command line, where there is such a thing. */
  readonly command?: string;
  /** A place to go to, or something to do. */
  readonly goTo?: string;
  readonly run?: () => Promise<unknown>;
}

export interface PaletteGroup {
  readonly value: PaletteItem['group'];
  readonly items: readonly PaletteItem[];
}

/** Each under the name of its group; the best of all stays the first, and within a group their order is kept. */
export function inGroups(items: readonly PaletteItem[]): readonly PaletteGroup[] {
  const groups = new Map<PaletteItem['group'], PaletteItem[]>();
  for (const item of items) groups.set(item.group, [...(groups.get(item.group) ?? []), item]);
  return Array.from(groups, ([value, inside]) => ({ value, items: inside }));
}

/** The table of the menus, without the palette itself. */
const COMMANDS: readonly PaletteItem[] = APP_COMMANDS.filter((command) => command.id !== 'palette').map((command: AppCommand): PaletteItem => {
  const { id, title, note, goTo } = command;
  const shown = { id, title, note, ...(command.command === undefined ? {} : { command: command.command }) };
  return goTo === undefined ? { ...shown, group: 'Actions', run: () => runCommand(id) } : { ...shown, group: 'Screens', goTo };
});

/** Where the palette was opened, and whether anything was typed into it. */
export interface PalettePlace {
  readonly isTyped: boolean;
  /** The cache in view, if there is one. */
  readonly cacheId: number | null;
}

/**
 * Everything that can be gone to or done without asking the engine. Before anything is typed the list is short: of other caches
 * than the one in view only the caches themselves, of jobs only those that run.
 */
export function paletteItems(mirror: Mirror, { isTyped, cacheId }: PalettePlace): readonly PaletteItem[] {
  const { library, jobs } = mirror;
  const known = library.filter((cache) => isTyped || cache.id === cacheId);
  return [
    ...COMMANDS.filter(isPlace),
    ...library.flatMap((cache) => (known.includes(cache) ? cachePlaces(cache) : cachePlaces(cache).slice(0, 1))),
    ...COMMANDS.filter((item) => !isPlace(item)),
    ...(isTyped ? [SAMPLE, ...THEME_ITEMS, ...SECTION_ITEMS] : []),
    ...known.flatMap((cache) => cacheActions(cache, jobs, cacheId)),
    ...jobs.filter((job, index) => isRunning(job) || (isTyped && isNewest(job, jobs.slice(0, index)))).flatMap((job) => jobActions(job, library)),
  ];
}

function isPlace(item: PaletteItem): boolean {
  return item.goTo !== undefined;
}

/** Of its command on its cache: what was tried before is in the Jobs. @param newer jobs */
function isNewest(job: JobSummary, newer: readonly JobSummary[]): boolean {
  return !newer.some(({ command, directory }) => command === job.command && directory === job.directory);
}

const SAMPLE: PaletteItem = { id: 'sample', group: 'Actions', title: 'Try the sample dataset', note: 'made up and served from inside of Larder', run: startSample };

const THEME_ITEMS: readonly PaletteItem[] = THEMES.map((theme) => ({ id: `theme-${theme}`, group: 'Settings', title: `Theme: ${theme === 'system' ? 'as the system' : theme}`, note: '', command: settingCommand('theme', theme), run: () => changeTheme(theme) }));

const SECTION_ITEMS: readonly PaletteItem[] = SETTINGS_SECTIONS.map(({ id, title, note }) => ({ id, group: 'Settings', title: `Settings: ${title}`, note, run: async () => goToSection(id) }));

function cachePlaces(cache: CacheSummary): readonly PaletteItem[] {
  const place = (tab: CacheTab, title: string, command?: string): PaletteItem => ({ id: `cache-${cache.id}-${tab}`, group: 'Caches', title, note: cache.directory, goTo: cacheHash(cache.id, tab), ...(command === undefined ? {} : { command }) });
  return [
    place('items', cache.label, commandFor('ls', cache)),
    place('findings', `${cache.label}: findings`),
    place('parameters', `${cache.label}: parameters`),
    place('storage', `${cache.label}: storage`, commandFor('stats', cache)),
    place('history', `${cache.label}: history`),
  ];
}

/** None while a job runs on the cache. What changes it asks first, in the dialog that shows its command. */
function cacheActions(cache: CacheSummary, jobs: readonly JobSummary[], inView: number | null): readonly PaletteItem[] {
  if (cache.isGone || jobs.some((job) => isRunning(job) && job.directory === cache.directory)) return [];
  const ask = (dialog: CacheDialogName, verb: string, note: string): PaletteItem => ({
    id: `${dialog}-${cache.id}`,
    group: 'Actions',
    title: `${verb} ${cache.label} …`,
    note,
    run: async () => askForDialog(cache.id, dialog),
    ...(cache.id === inView ? {} : { goTo: cacheHash(cache.id) }),
  });
  return [
    ...(cache.configPath === null ? [] : [ask('generate', 'Generate', missingOf(cache) > 0 ? `${formatCount(missingOf(cache))} missing` : 'nothing is missing')]),
    { id: `verify-${cache.id}`, group: 'Actions', title: `Verify ${cache.label}`, note: 'every byte and every number', command: commandFor('verify', cache), run: () => call('cache.verify', { cacheId: cache.id }), goTo: '#/jobs' },
    ask('fix', 'Fix', cache.damaged > 0 ? `${formatCount(cache.damaged)} damaged` : 'verifies first'),
    ask('export', 'Export', 'hash map, or everything known'),
    ask('clear', 'Clear', 'shows first what would go'),
  ];
}

function jobActions(job: JobSummary, library: readonly CacheSummary[]): readonly PaletteItem[] {
  const name = library.find(({ directory }) => directory === job.directory)?.label ?? job.directory ?? '';
  return actionsOf(job).map((action) => ({
    id: `${action.verb}-${job.id}`,
    group: 'Actions',
    title: `${action.title}${action.verb === 'retry' ? ':' : ''} ${job.command}`,
    note: `${name} · ${job.state}`,
    command: actionCommand(job, action),
    run: () => call(action.method, { jobId: job.id }),
    ...(isRunning(job) ? {} : { goTo: '#/jobs' }),
  }));
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
