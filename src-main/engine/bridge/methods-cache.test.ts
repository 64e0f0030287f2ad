import { describe, expect, it } from 'vitest';
import type { Engine } from '../engine.ts';
import { FAKE_CACHE, makeFakeEngine } from './fake-engine.ts';
import { createRouter } from './router.ts';
import { StartedJobs } from './started-jobs.ts';

const INFO = { version: '1.2.3', host: 'server', platform: 'linux' } as const;
const { signal } = new AbortController();

function makeRoute(change: Partial<Engine>, library = [FAKE_CACHE]) {
  const fake = makeFakeEngine(change);
  fake.library = library;
  return { fake, route: createRouter({ engine: fake.engine, info: INFO, onFault: () => undefined }, new StartedJobs(fake.engine)) };
}

describe('methods of the Cache screen', () => {
  it('begins a verify of the cache that is meant and answers with its job', async () => {
    const asked: unknown[] = [];
    const { fake, route } = makeRoute({
      verify: (request) => {
        asked.push(request);
        fake.emit({ type: 'jobStarted', jobId: 'j1', command: 'verify', directory: FAKE_CACHE.directory });
        return new Promise(() => undefined);
      },
    });
    expect(await route('cache.verify', { cacheId: 7, level: 'quick', only: ['a1'] }, signal)).toEqual({ ok: true, value: { jobId: 'j1' } });
    expect(asked).toEqual([{ cache: FAKE_CACHE.directory, level: 'quick', only: ['a1'] }]);
  });

  it('takes what entries have in common beside their keys, and says it to the engine with the rest', async () => {
    const asked: unknown[] = [];
    const { route } = makeRoute({
      previewClear: async (request) => asked.push(request) as never,
      repairs: async (cacheId, choice) => asked.push([cacheId, choice]) as never,
    });
    await route('cache.previewClear', { cacheId: 7, matching: { states: ['cached'], text: 'a' } }, signal);
    await route('cache.previewClear', { cacheId: 7, only: ['a'] }, signal);
    await route('cache.previewClear', { cacheId: 7, matching: {} }, signal);
    await route('cache.repairs', { cacheId: 7, matching: { minSizeBytes: 3 }, only: ['a'] }, signal);
    const cache = FAKE_CACHE.directory;
    expect(asked).toEqual([{ cache, states: ['cached'], text: 'a' }, { cache, only: ['a'] }, { cache }, [7, { minSizeBytes: 3, only: ['a'] }]]);
  });

  it('plans and generates only where a config is known', async () => {
    const { route } = makeRoute({});
    for (const method of ['cache.plan', 'cache.generate']) expect(await route(method, { cacheId: 7 }, signal)).toMatchObject({ ok: false, error: { code: 'CONFIG_UNREADABLE' } });
  });

  it('serves the raw files of the sample before it repairs its cache', async () => {
    const asked: string[] = [];
    const { fake, route } = makeRoute({
      startSample: async () => {
        asked.push('sample');
        return '/data/sample/config.yaml';
      },
      fix: () => {
        asked.push('fix');
        fake.emit({ type: 'jobStarted', jobId: 'j1', command: 'fix', directory: FAKE_CACHE.directory });
        return new Promise(() => undefined);
      },
    });
    await route('cache.fix', { cacheId: 7 }, signal);
    expect(asked).toEqual(['fix']);
    fake.library = [{ ...FAKE_CACHE, isSample: true }];
    await route('cache.fix', { cacheId: 7 }, signal);
    expect(asked).toEqual(['fix', 'sample', 'fix']);
  });

  it('makes nothing with a config that makes another folder by now', async () => {
    const { route, fake } = makeRoute({});
    fake.library = [{ ...FAKE_CACHE, formerConfigPath: '/p/config.yaml' }];
    for (const method of ['cache.plan', 'cache.generate']) expect(await route(method, { cacheId: 7 }, signal)).toMatchObject({ ok: false, error: { code: 'CONFIG_CHANGED', message: expect.stringContaining('/p/config.yaml') as string } });
  });

  it.each([
    ['a path for a cache', 'cache.fix', { cacheId: '/data' }],
    ['a cache that is not known', 'cache.fix', { cacheId: 8 }],
    ['everything by naming nothing', 'cache.clear', { cacheId: 7 }],
    ['keys and conditions where one of them is meant', 'cache.clear', { cacheId: 7, only: ['a'], matching: {} }],
    ['a condition that is none', 'cache.clear', { cacheId: 7, matching: { sort: 'name' } }],
    ['an empty choice', 'cache.clear', { cacheId: 7, only: [] }],
    ['deleting for good what is not named', 'cache.clear', { cacheId: 7, delete: true }],
    ['deleting for good by a word', 'cache.clear', { cacheId: 7, only: ['a'], delete: 'yes' }],
    ['a format that is none', 'cache.generate', { cacheId: 7, format: 'pickle' }],
    ['a plan that would remove files', 'cache.plan', { cacheId: 7, cleanLocalRawFiles: true }],
    ['a depth that is none', 'cache.fix', { cacheId: 7, level: 'shallow' }],
    ['a path with a NUL', 'cache.fix', { cacheId: 7, fontsDir: '/fonts\0' }],
    ['a size that is none', 'cache.items', { cacheId: 7, minSizeBytes: -1 }],
    ['an age beyond all ages', 'cache.items', { cacheId: 7, olderThanMs: 1e15 }],
    ['more than one call may name', 'cache.verify', { cacheId: 7, only: Array.from({ length: 10_001 }, () => 'a') }],
    ['a finding that is none', 'cache.findings', { cacheId: 7, codes: ['toString'] }],
    ['purging without ids', 'quarantine.purge', { cacheId: 7, ids: [] }],
    ['purging all and some', 'quarantine.purge', { cacheId: 7, ids: ['a'], all: true }],
    ['putting back all but not quite', 'quarantine.restore', { cacheId: 7, all: false }],
    ['a quarantine without a limit', 'quarantine.list', { cacheId: 7 }],
  ])('refuses %s', async (_name, method, input) => {
    expect(await makeRoute({}).route(method, input, signal)).toMatchObject({ ok: false, error: { code: expect.stringMatching(/^(ARGUMENT_INVALID|CACHE_NOT_FOUND)$/) as string } });
  });
});
