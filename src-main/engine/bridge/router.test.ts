import { describe, expect, it } from 'vitest';
import { LarderError } from '../../base/index.ts';
import type { Engine } from '../engine.ts';
import { FAKE_CACHE, makeFakeEngine } from './fake-engine.ts';
import { INPUT_MAX, createRouter } from './router.ts';
import { StartedJobs } from './started-jobs.ts';

const INFO = { version: '1.2.3', host: 'server', platform: 'linux' } as const;
const { signal } = new AbortController();

function makeRouter(change: Partial<Engine> = {}) {
  const fake = makeFakeEngine(change);
  const faults: [string, unknown][] = [];
  return { fake, faults, route: createRouter({ engine: fake.engine, info: INFO, onFault: (id, error) => faults.push([id, error]) }, new StartedJobs(fake.engine)) };
}

describe('the router', () => {
  it('answers what the engine says', async () => {
    const { route, fake } = makeRouter();
    expect(await route('app.info', {}, signal)).toEqual({ ok: true, value: INFO });
    expect(await route('library.list', {}, signal)).toEqual({ ok: true, value: [FAKE_CACHE] });
    expect(await route('cache.items', { cacheId: 7, text: 'train', limit: 5 }, signal)).toEqual({ ok: true, value: { total: 0, rows: [] } });
    expect(fake.asked).toEqual([{ cacheId: 7, text: 'train', limit: 5 }]);
  });

  it.each([
    ['an unknown method', 'engine.close', {}],
    ['a name every object has', 'toString', {}],
    ['no input', 'jobs.list', undefined],
    ['a field nobody knows', 'jobs.list', { path: '/etc' }],
    ['a path where an id belongs', 'cache.items', { cacheId: '/etc/passwd' }],
    ['a page that is too long', 'cache.items', { cacheId: 7, limit: 501 }],
    ['a negative offset', 'cache.items', { cacheId: 7, offset: -1 }],
    ['a state that is none', 'cache.items', { cacheId: 7, states: ['gone'] }],
    ['an undefined field', 'cache.items', { cacheId: 7, text: undefined }],
  ])('refuses %s and does not ask the engine', async (_name, method, input) => {
    const { route, fake, faults } = makeRouter();
    expect(await route(method, input, signal)).toMatchObject({ ok: false, error: { code: 'ARGUMENT_INVALID' } });
    expect(fake.asked).toEqual([]);
    expect(faults).toEqual([]);
  });

  it('measures an input before it looks into it', async () => {
    const { route } = makeRouter();
    // {"text":"…"} has eleven characters around the text.
    const refused = await route('jobs.list', { text: 'x'.repeat(INPUT_MAX - 10) }, signal);
    expect(refused).toMatchObject({ ok: false, error: { message: 'The input of jobs.list is too large: 1000001 characters, 1000000 are allowed.' } });
    const measured = await route('jobs.list', { text: 'x'.repeat(INPUT_MAX - 11) }, signal);
    expect(measured).toMatchObject({ ok: false, error: { message: expect.stringContaining('Unrecognized key') as string } });
  });

  it('refuses an input nested beyond what JSON can write, as no fault of its own', async () => {
    const { route, faults } = makeRouter();
    expect(await route('app.info', JSON.parse(`${'['.repeat(20_000)}${']'.repeat(20_000)}`), signal)).toMatchObject({ ok: false, error: { code: 'ARGUMENT_INVALID' } });
    expect(faults).toEqual([]);
  });

  it('knows no cache but those of the catalog', async () => {
    expect(await makeRouter().route('cache.stats', { cacheId: 8 }, signal)).toMatchObject({ ok: false, error: { code: 'CACHE_NOT_FOUND' } });
  });

  it('passes expected errors on without what caused them', async () => {
    const { route, faults } = makeRouter({
      refresh: () => Promise.reject(new LarderError('PERMISSION_DENIED', 'No permission.', { hint: 'Check.', details: { path: '/data' }, cause: new Error('EACCES /opt/larder/x.js') })),
    });
    expect(await route('cache.refresh', { cacheId: 7 }, signal)).toEqual({ ok: false, error: { code: 'PERMISSION_DENIED', message: 'No permission.', hint: 'Check.', details: { path: '/data' } } });
    expect(faults).toEqual([]);
  });

  it('tells of a fault nothing but the number it has in the log', async () => {
    const fault = new TypeError('cannot read x of undefined at /opt/larder/out/main/cli.js');
    const { route, faults } = makeRouter({ refresh: () => Promise.reject(fault) });
    const answer = await route('cache.refresh', { cacheId: 7 }, signal);
    expect(answer).toMatchObject({ ok: false, error: { code: 'INTERNAL' } });
    expect(JSON.stringify(answer)).not.toContain('/opt/larder');
    expect(faults).toHaveLength(1);
    expect(faults[0]![1]).toBe(fault);
    expect(JSON.stringify(answer)).toContain(faults[0]![0]);
  });
});
