import { readFileSync } from 'node:fs';
import { constants, getPriority } from 'node:os';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createNodeWorkerHost, workerEnvironment } from './node-host.ts';
import { exitCause } from './exit-cause.ts';
import type { Urgency } from './give-way.ts';
import { workerBudget } from './memory.ts';
import { coresToKeepTo, parseCoreList } from './own-core.ts';
import { WorkerPool } from './pool.ts';
import type { WorkerHost } from './protocol.ts';
import { createStarterHost } from './starter-host.ts';

const starterEntry = fileURLToPath(new URL('starter-entry.ts', import.meta.url));
const entry = fileURLToPath(new URL('__fixtures__/test-worker.mjs', import.meta.url));
const pools: WorkerPool[] = [];

function openPool(count: number, onReduced?: (from: number, to: number, reason: string) => void, file = entry): WorkerPool {
  const pool = new WorkerPool({ host: createNodeWorkerHost(file, process.env), count, heapMegabytes: 64, ...(onReduced === undefined ? {} : { onReduced }) });
  pools.push(pool);
  return pool;
}

afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.close()));
});

const signal = new AbortController().signal;
const task = (name: string, payload: unknown = null) => ({ kind: 'volume' as const, task: name, payload });

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe('the worker pool', () => {
  it('runs tasks in processes and hands over parts and progress', async () => {
    const pool = openPool(2);
    const parts: unknown[] = [];
    const progress: number[][] = [];
    const result = await pool.run(task('parts'), { signal, onPartial: (value) => parts.push(value), onProgress: (done, total) => progress.push([done, total]) });
    expect([result, parts, progress]).toEqual(['b', ['a'], [[1, 2]]]);
    expect(pool.peakRssBytes).toBe(12_345);
  });

  it('starts no more processes than allowed and uses them all', async () => {
    const pool = openPool(2);
    const work = Array.from({ length: 6 }, () => pool.run(task('slow', 60), { signal }));
    const pids = await Promise.all(Array.from({ length: 6 }, () => pool.run(task('pid'), { signal })));
    await Promise.all(work);
    expect(new Set(pids).size).toBeLessThanOrEqual(2);
  });

  it('has its processes ready when that was asked for, and starts no others for the tasks', async () => {
    const host = createNodeWorkerHost(entry, process.env);
    let spawned = 0;
    const pool = new WorkerPool({ host: { spawn: (options) => (spawned++, host.spawn(options)) }, count: 2, heapMegabytes: 64 });
    pools.push(pool);
    pool.prepare('volume');
    await vi.waitFor(() => expect(spawned).toBe(2));
    const pids = await Promise.all(['pid', 'slow', 'pid'].map((name) => pool.run(task(name, 60), { signal })));
    expect(spawned).toBe(2);
    expect(pids).toHaveLength(3);
  });

  it.skipIf(process.platform === 'win32')('lets work behind a window give way, but not what somebody waits for', async () => {
    const own = getPriority();
    const behindWindow = createStarterHost({ starterEntry, entry, environment: process.env });
    const priorityIn = async (host: WorkerHost, urgency: Urgency): Promise<number> => {
      const pool = new WorkerPool({ host, count: 1, heapMegabytes: 64, urgency });
      pools.push(pool);
      return getPriority((await pool.run(task('pid'), { signal })) as number);
    };
    expect(await priorityIn(behindWindow, 'whenFree')).toBe(Math.max(own, constants.priority.PRIORITY_BELOW_NORMAL));
    expect(await priorityIn(behindWindow, 'soon')).toBe(Math.max(own, 5));
    expect(await priorityIn(behindWindow, 'now')).toBe(own);
    expect(await priorityIn(createNodeWorkerHost(entry, process.env), 'whenFree')).toBe(own);
  });

  it.skipIf(coresToKeepTo().length < 2)(`keeps each process to a core of its own where a pool has one for each${coresToKeepTo().length < 2 ? ' (not Linux, or one core)' : ''}`, async () => {
    const [first, second] = coresToKeepTo();
    const pool = new WorkerPool({ host: createNodeWorkerHost(entry, process.env), count: 3, heapMegabytes: 64, cores: [first!, second!] });
    pools.push(pool);
    const coresOfAll = async (): Promise<unknown[]> => {
      const slow = Array.from({ length: 3 }, () => pool.run(task('slow', 400), { signal }));
      await Promise.all(slow);
      return await Promise.all(Array.from({ length: 3 }, () => pool.run(task('cores'), { signal })));
    };
    const anywhere = /^Cpus_allowed_list:\s*(\S+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))![1];
    expect((await coresOfAll()).sort()).toEqual([anywhere, String(first), String(second)].sort());
    await pool.run(task('kill'), { signal }).catch(() => undefined);
    expect((await coresOfAll()).sort()).toEqual([anywhere, String(first), String(second)].sort());
  });

  it('brings errors back with code, hint and details', async () => {
    await expect(openPool(1).run(task('fail'), { signal })).rejects.toMatchObject({ code: 'NIFTI_INVALID', message: 'broken', hint: 'mend it', details: { offset: 7 } });
  });

  it('ends a task with what its listener threw, and its worker does the next', async () => {
    const pool = openPool(1);
    const pid = await pool.run(task('pid'), { signal });
    const heard: unknown[] = [];
    const onPartial = (value: unknown): never => {
      heard.push(value);
      throw new Error('cannot be written down');
    };
    await expect(pool.run(task('parts'), { signal, onPartial })).rejects.toThrow('cannot be written down');
    expect(heard).toEqual(['a']);
    await expect(pool.run(task('parts'), { signal, onProgress: onPartial })).rejects.toThrow('cannot be written down');
    expect(await pool.run(task('pid'), { signal })).toBe(pid);
  });

  it('loses one task to a killed worker and goes on', async () => {
    const pool = openPool(1);
    await expect(pool.run(task('kill'), { signal })).rejects.toMatchObject({ code: 'WORKER_LOST', details: { signal: 'SIGKILL' } });
    expect(await pool.run(task('echo', 7), { signal })).toBe(7);
  });

  it('does all of it through a thread that starts the processes, and says what is wrong where there is no such thread', async () => {
    const host = createStarterHost({ starterEntry, entry, environment: process.env });
    const pool = new WorkerPool({ host, count: 2, heapMegabytes: 64 });
    pools.push(pool);
    const parts: unknown[] = [];
    expect(await pool.run(task('parts'), { signal, onPartial: (part) => parts.push(part) })).toBe('b');
    expect(parts).toEqual(['a']);
    await expect(pool.run(task('fail'), { signal })).rejects.toMatchObject({ code: 'NIFTI_INVALID', message: 'broken', hint: 'mend it', details: { offset: 7 } });
    await expect(pool.run(task('kill'), { signal })).rejects.toMatchObject({ code: 'WORKER_LOST', details: { signal: 'SIGKILL' } });
    expect(await pool.run(task('echo', 7), { signal })).toBe(7);
    await expect(pool.run(task('exit'), { signal })).rejects.toMatchObject({ code: 'WORKER_OUT_OF_MEMORY' });
    const abort = new AbortController();
    const hanging = pool.run(task('hang'), { signal: abort.signal });
    await pool.run(task('echo'), { signal });
    abort.abort();
    await expect(hanging).rejects.toMatchObject({ code: 'CANCELLED' });

    const unstartable = new WorkerPool({ host: createStarterHost({ starterEntry: `${starterEntry}.gone`, entry, environment: process.env }), count: 1, heapMegabytes: 64 });
    pools.push(unstartable);
    await expect(unstartable.run(task('echo'), { signal })).rejects.toMatchObject({ code: 'WORKER_LOST', details: { tail: expect.stringContaining('starter-entry.ts.gone') } });
  });

  it('tells memory exhaustion from other deaths', async () => {
    await expect(openPool(1).run(task('exit'), { signal })).rejects.toMatchObject({ code: 'WORKER_OUT_OF_MEMORY' });
  });

  it('halves the workers when they keep dying, down to one', async () => {
    const reductions: number[][] = [];
    const pool = openPool(4, (from, to) => reductions.push([from, to]));
    for (let i = 0; i < 6; i++) await pool.run(task('kill'), { signal }).catch(() => undefined);
    expect(reductions).toEqual([
      [4, 2],
      [2, 1],
    ]);
    expect(pool.size).toBe(1);
    expect(await pool.run(task('echo', 'still'), { signal })).toBe('still');
  });

  it('forgets single losses once something has succeeded', async () => {
    const reductions: number[][] = [];
    const pool = openPool(2, (from, to) => reductions.push([from, to]));
    for (let i = 0; i < 4; i++) {
      await pool.run(task('kill'), { signal }).catch(() => undefined);
      await pool.run(task('echo'), { signal });
    }
    expect(reductions).toEqual([]);
  });

  it('cancels within a second even a worker that never looks up', async () => {
    const pool = openPool(1);
    const abort = new AbortController();
    const pid = (await pool.run(task('pid'), { signal })) as number;
    const startedAt = Date.now();
    setTimeout(() => abort.abort(), 50);
    const outcomes = await Promise.allSettled([pool.run(task('hang'), { signal: abort.signal }), pool.run(task('echo'), { signal: abort.signal })]);
    expect(outcomes).toMatchObject([{ reason: { code: 'CANCELLED' } }, { reason: { code: 'CANCELLED' } }]);
    expect(Date.now() - startedAt).toBeLessThan(1_000);
    expect(isRunning(pid)).toBe(false);
    expect(await pool.run(task('echo', 1), { signal })).toBe(1);
  });

  it('gives up on a worker that cannot start, and says what it printed', async () => {
    const pool = openPool(1, undefined, fileURLToPath(new URL('__fixtures__/no-such-worker.mjs', import.meta.url)));
    await expect(pool.run(task('echo'), { signal })).rejects.toMatchObject({ code: 'WORKER_LOST' });
  });

  it('ends its processes when it is closed, busy ones too', async () => {
    const pool = openPool(2);
    const pid = (await pool.run(task('pid'), { signal })) as number;
    const hanging = pool.run(task('hang'), { signal }).catch((error: unknown) => error);
    await pool.close();
    expect(await hanging).toMatchObject({ code: 'CANCELLED' });
    expect(isRunning(pid)).toBe(false);
  });
});

describe('why a worker is gone', () => {
  const facts = { code: null, signal: null, wasRequested: false, saidBye: false, tail: '', oomKills: 0 };
  it.each([
    [{ ...facts, wasRequested: true, signal: 'SIGKILL' }, 'requested'],
    [{ ...facts, saidBye: true, code: 0 }, 'done'],
    [{ ...facts, code: 134, tail: '<--- Last few GCs --->' }, 'oom'],
    [{ ...facts, signal: 'SIGKILL', oomKills: 1 }, 'oom'],
    [{ ...facts, signal: 'SIGKILL' }, 'killed'],
    [{ ...facts, signal: 'SIGSEGV' }, 'crash'],
    [{ ...facts, code: 1 }, 'error'],
  ] as const)('%j is %s', (given, cause) => {
    expect(exitCause(given)).toBe(cause);
  });
});

describe('how many workers run', () => {
  const GB = 1e9;
  it('takes what is asked for, as far as four fifths of the memory hold it', () => {
    expect(workerBudget(1 * GB, 8, 10 * GB)).toEqual({ perWorkerBytes: 1 * GB, budgetBytes: 8 * GB, workersThatFit: 8, workers: 8 });
    expect(workerBudget(2 * GB, 8, 10 * GB).workers).toBe(4);
    expect(workerBudget(20 * GB, 8, 10 * GB).workers).toBe(1);
  });
});

describe('what a worker gets of the environment', () => {
  it('is what Node and the locale need, and no secrets', () => {
    expect(workerEnvironment({ PATH: '/bin', HF_TOKEN: 'hf_x', AWS_SECRET_ACCESS_KEY: 'x', LANG: 'km_KH', NODE_EXTRA_CA_CERTS: '/ca', LARDER_X: '1', UNSET: undefined })).toEqual({ PATH: '/bin', LANG: 'km_KH', NODE_EXTRA_CA_CERTS: '/ca', LARDER_X: '1' });
  });
});

describe('the cores of a process', () => {
  it('are read as the system lists them', () => {
    expect(parseCoreList('0-2,5,8-9')).toEqual([0, 1, 2, 5, 8, 9]);
    expect(parseCoreList('3')).toEqual([3]);
  });
});
