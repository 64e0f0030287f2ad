import { describe, expect, it } from 'vitest';
import type { CheckedConfig } from '../../contract/config.ts';
import type { Update } from '../../contract/methods.ts';
import { LarderError } from '../../base/index.ts';
import type { Engine } from '../engine.ts';
import type { EnginePlan } from '../plan-command.ts';
import { FAKE_CACHE, makeFakeEngine } from './fake-engine.ts';
import { createRouter } from './router.ts';
import { StartedJobs } from './started-jobs.ts';

const INFO = { version: '1', host: 'server', platform: 'linux' } as const;
const { signal } = new AbortController();
const CHECKED: CheckedConfig = { path: '/data/configs/c-1.yaml', isText: true, text: 'x', cwd: '/', problems: [], facts: { kind: 'volume', directory: FAKE_CACHE.directory, parameters: [], paths: [], repository: null, present: 3 } };
const PLAN = { plan: { items: [], blocked: [], directory: FAKE_CACHE.directory, disk: { fits: true } } } as unknown as EnginePlan;

function make(change: Partial<Engine> = {}) {
  const asked: unknown[] = [];
  const fake = makeFakeEngine({
    checkConfig: async () => CHECKED,
    keepConfig: async (text, name) => `/kept/${name}-${text}`,
    plan: async (request) => {
      asked.push(['plan', request]);
      return PLAN;
    },
    generate: async (request, _signal, planned) => {
      asked.push(['generate', request, planned === PLAN]);
      fake.emit({ type: 'jobStarted', jobId: 'j', command: 'generate', directory: FAKE_CACHE.directory });
      return {} as Awaited<ReturnType<Engine['generate']>>;
    },
    ...change,
  });
  const route = createRouter({ engine: fake.engine, info: INFO, onFault: () => undefined }, new StartedJobs(fake.engine));
  const told: Update[] = [];
  const news = { tell: (update: Update) => void told.push(update), follow: () => undefined, unfollow: () => undefined };
  return { asked, told, route: async (method: string, input: unknown) => await route(method, input, signal, news) };
}

async function idOf({ route }: ReturnType<typeof make>): Promise<string> {
  const answer = await route('config.check', { text: 'x', name: 'c' });
  if (!answer.ok) throw new Error(answer.error.message);
  return (answer.value as { configId: string }).configId;
}

describe('methods of configs', () => {
  it('give an id for a config without errors, and the cache it makes', async () => {
    const { route } = make();
    expect(await route('config.check', { text: 'x', name: 'c' })).toMatchObject({ ok: true, value: { configId: expect.stringMatching(/^[0-9a-f]{24}$/) as string, cacheId: FAKE_CACHE.id } });
    const wrong = make({ checkConfig: async () => ({ ...CHECKED, facts: null }) });
    expect(await wrong.route('config.check', { text: 'x', name: 'c' })).toMatchObject({ ok: true, value: { configId: null, cacheId: null } });
  });

  it('plan and generate the kept file, with the plan that was shown', async () => {
    const made = make();
    const configId = await idOf(made);
    await made.route('config.plan', { configId, planId: 'p', limit: 2 });
    expect(await made.route('config.generate', { configId, limit: 2, format: 'tensor' })).toEqual({ ok: true, value: { jobId: 'j', cacheId: FAKE_CACHE.id } });
    expect(made.asked).toEqual([
      ['plan', { config: '/kept/c-x', limit: 2 }],
      ['generate', { config: '/kept/c-x', limit: 2, format: 'tensor' }, true],
    ]);
    await made.route('config.generate', { configId, limit: 3, only: ['a', 'ក'] });
    expect(made.asked.slice(2)).toEqual([
      ['plan', { config: '/kept/c-x', limit: 3, only: ['a', 'ក'] }],
      ['generate', { config: '/kept/c-x', limit: 3, only: ['a', 'ក'] }, true],
    ]);
  });

  it('damage the sample by the number of its cache, and tell a refusal', async () => {
    const { route } = make({
      damageSample: async ({ cache }) => {
        throw new LarderError('CACHE_NOT_SAMPLE', `${cache}`);
      },
    });
    expect(await route('sample.damage', { cacheId: FAKE_CACHE.id })).toMatchObject({ ok: false, error: { code: 'CACHE_NOT_SAMPLE', message: FAKE_CACHE.directory } });
    expect(await route('sample.damage', { cacheId: FAKE_CACHE.id + 1 })).toMatchObject({ ok: false, error: { code: 'CACHE_NOT_FOUND' } });
    expect(await route('sample.damage', { directory: FAKE_CACHE.directory })).toMatchObject({ ok: false, error: { code: 'ARGUMENT_INVALID' } });
  });

  it('refuse what the disk would not hold, before a job begins', async () => {
    const made = make({ plan: async () => ({ ...PLAN, plan: { ...PLAN.plan, disk: { fits: false, peakBytes: 2e9, endBytes: 2e9, freeBytes: 1e9, reserveBytes: 1e9, entryBytes: 1 } } }) });
    expect(await made.route('config.generate', { configId: await idOf(made) })).toMatchObject({ ok: false, error: { code: 'DISK_WOULD_NOT_FIT' } });
  });

  it('tell the window that asks for a plan how far it is, ten times a second at most, and cancel it', async () => {
    const made = make({
      plan: (_request, given, onProgress) =>
        new Promise((_resolve, reject) => {
          for (let done = 0; done <= 5; done++) onProgress?.({ phase: 'looking for raw files', done, total: 9 });
          given.addEventListener('abort', () => reject(given.reason as Error));
        }),
    });
    const planning = made.route('config.plan', { configId: await idOf(made), planId: 'p' });
    await expect.poll(() => made.told.length).toBe(2);
    expect(made.told).toEqual([
      { type: 'planProgressed', planId: 'p', progress: { phase: 'reading lists', done: 0, total: 0 } },
      { type: 'planProgressed', planId: 'p', progress: { phase: 'looking for raw files', done: 5, total: 9 } },
    ]);
    await made.route('config.cancelPlan', { planId: 'p' });
    expect(await planning).toMatchObject({ ok: false, error: { code: 'CANCELLED' } });
  });

  it.each([
    ['config.check', { path: '/etc/passwd' }, 'CONFIG_UNREADABLE'],
    ['config.check', { path: 'c.yaml', text: 'x' }, 'ARGUMENT_INVALID'],
    ['config.plan', { configId: 'f'.repeat(24), planId: 'p' }, 'CONFIG_UNREADABLE'],
    ['config.plan', { configId: '/etc/x.yaml', planId: 'p' }, 'ARGUMENT_INVALID'],
    ['jobs.follow', { jobId: '../x' }, 'ARGUMENT_INVALID'],
  ])('%s refuses %j', async (method, input, code) => {
    expect(await make().route(method, input)).toMatchObject({ ok: false, error: { code } });
  });
});
