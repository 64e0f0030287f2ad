import { describe, expect, it } from 'vitest';
import type { CacheSummary, JobSummary } from '../../../src-main/contract/commands.ts';
import { EMPTY_MIRROR } from '../../state/mirror.ts';
import { useAskedDialog } from '../cache/asked-dialog.ts';
import { CACHE_TABS } from '../navigation/route.ts';
import { fuzzyFilter } from './fuzzy.ts';
import type { PalettePlace } from './palette-items.ts';
import { paletteItems } from './palette-items.ts';

const CT: CacheSummary = { id: 1, kind: 'volume', directory: '/c/1', label: 'CT', parameters: [], configPath: '/p/config.yaml', formerConfigPath: null, unreadableConfig: null, isGone: false, isSample: false, required: 10, present: 8, bytes: 1, damaged: 1, lastVerifiedAtMs: 0, unverified: 0 };
const FOUND: CacheSummary = { ...CT, id: 2, directory: '/c/2', label: 'found', configPath: null, required: null, damaged: 0 };
const LIBRARY = [CT, FOUND];

function job(state: JobSummary['state'], change: Partial<JobSummary> = {}): JobSummary {
  return { id: `j-${state}`, command: 'generate', directory: CT.directory, state, createdAtMs: 1, startedAtMs: 1, endedAtMs: null, arguments: {}, progress: null, result: null, errorMessage: null, ...change };
}

const TYPED: PalettePlace = { isTyped: true, cacheId: null };
const items = (place: PalettePlace, jobs: readonly JobSummary[] = [], library: readonly CacheSummary[] = LIBRARY) => paletteItems({ ...EMPTY_MIRROR, isLoaded: true, library, jobs }, place);
const ids = (...given: Parameters<typeof items>): readonly string[] => items(...given).map(({ id }) => id);
const first = (text: string, jobs: readonly JobSummary[] = []) => fuzzyFilter(text, items(TYPED, jobs), ({ title, group }) => `${title} ${group}`)[0];

describe('the palette', () => {
  it('is short before anything is typed: caches by their names alone, with all of the one in view', () => {
    const none = ids({ isTyped: false, cacheId: null });
    expect(none.filter((id) => /-[12](-|$)/.test(id))).toEqual(['cache-1-items', 'cache-2-items']);
    expect(none.length).toBeLessThan(12);
    const inView = ids({ isTyped: false, cacheId: 1 });
    expect(inView.filter((id) => /-[12](-|$)/.test(id))).toEqual([...['items', 'findings', 'parameters', 'storage', 'history'].map((tab) => `cache-1-${tab}`), 'cache-2-items', ...['generate', 'verify', 'fix', 'export', 'clear'].map((verb) => `${verb}-1`)]);
  });

  it('has every tab and action of every cache once something is typed, and each id once', () => {
    const typed = ids(TYPED);
    for (const tab of CACHE_TABS) expect(typed).toEqual(expect.arrayContaining([`cache-1-${tab}`, `cache-2-${tab}`]));
    for (const verb of ['verify', 'fix', 'export', 'clear']) expect(typed).toEqual(expect.arrayContaining([`${verb}-1`, `${verb}-2`]));
    expect(typed).toContain('generate-1');
    expect(typed, 'nobody knows what belongs into it').not.toContain('generate-2');
    expect(new Set(typed).size).toBe(typed.length);
  });

  it('offers nothing to do with a cache that is busy or gone', () => {
    expect(ids(TYPED, [job('running')]).filter((id) => /^(generate|verify|fix|export|clear)-1$/.test(id))).toEqual([]);
    expect(ids(TYPED, [], [{ ...CT, isGone: true }]).filter((id) => /^(generate|verify|fix|export|clear)-/.test(id))).toEqual([]);
  });

  it.each([
    ['running', ['pause', 'cancel']],
    ['paused', ['resume', 'cancel']],
    ['queued', ['cancel']],
    ['failed', ['resume']],
    ['cancelled', ['resume']],
  ] as const)('does with a job that is %s what its state allows', (state, verbs) => {
    expect(ids(TYPED, [job(state)]).filter((id) => id.endsWith(`-j-${state}`))).toEqual(verbs.map((verb) => `${verb}-j-${state}`));
  });

  it('retries what failed, of the last job of its kind only, and lists what has ended only when typed', () => {
    const jobs = [job('succeeded', { id: 'j-2', result: { failed: 1 } }), job('failed', { id: 'j-1' })];
    expect(ids(TYPED, jobs).filter((id) => id.includes('-j-'))).toEqual(['retry-j-2']);
    expect(items(TYPED, jobs).find(({ id }) => id === 'retry-j-2')?.command).toBe('larder jobs retry j-2');
    expect(ids({ isTyped: false, cacheId: null }, jobs).filter((id) => id.includes('-j-'))).toEqual([]);
  });

  it.each([
    ['fix ct', 'fix-1'],
    ['generate ct', 'generate-1'],
    ['export found', 'export-2'],
    ['clear found', 'clear-2'],
    ['ct parameters', 'cache-1-parameters'],
    ['theme light', 'theme-light'],
    ['dark', 'theme-dark'],
    ['settings network', 'settings-network'],
    ['try sample', 'sample'],
    ['jobs', 'jobs'],
  ])('"%s" finds %s first', (text, id) => {
    expect(first(text)?.id).toBe(id);
  });

  it('asks before it changes a cache, over its own screen', async () => {
    const fix = items(TYPED).find(({ id }) => id === 'fix-2');
    await fix?.run?.();
    expect(useAskedDialog.getState().asked).toEqual({ cacheId: 2, dialog: 'fix' });
    expect(fix?.goTo).toBe('#/cache/2/items');
    expect(items({ isTyped: true, cacheId: 2 }).find(({ id }) => id === 'fix-2')?.goTo).toBeUndefined();
  });
});
