import { EventEmitter } from 'node:events';
import { describe, expect, it, vi } from 'vitest';
import type { WorkerExit } from '../../workers/index.ts';
import type { Calls } from './fake-electron.ts';
import { makeFakeApp } from './fake-electron.ts';
import type { UtilityHostOptions } from './utility-host.ts';
import { createUtilityWorkerHost } from './utility-host.ts';

function spawn() {
  const calls: Calls = [];
  const { app, events } = makeFakeApp(calls);
  const child = Object.assign(new EventEmitter(), { pid: 42, stdout: new EventEmitter(), stderr: new EventEmitter(), postMessage: vi.fn(), kill: vi.fn() });
  const fork = vi.fn((..._arguments: unknown[]) => child);
  const host = createUtilityWorkerHost({ utilityProcess: { fork } as unknown as UtilityHostOptions['utilityProcess'], app, entry: '/app/worker.js', environment: { PATH: '/bin', HF_TOKEN: 'secret', LARDER_X: '1' } });
  const handle = host.spawn({ name: 'larder-worker', heapMegabytes: 300 });
  const exit = new Promise<WorkerExit>((resolve) => handle.onExit(resolve));
  return { child, fork, handle, exit, gone: (reason: string) => events.emit('child-process-gone', {}, { name: 'larder-worker-1', reason }) };
}

describe('a worker as a utility process', () => {
  it('is started with its heap limit, a name of its own and none of the secrets', () => {
    const { fork, handle } = spawn();
    expect(fork).toHaveBeenCalledWith('/app/worker.js', [], { serviceName: 'larder-worker-1', execArgv: ['--js-flags=--max-old-space-size=300'], env: { PATH: '/bin', LARDER_X: '1' }, stdio: 'pipe' });
    expect(handle.pid).toBe(42);
  });

  it('carries messages both ways', () => {
    const { child, handle } = spawn();
    const heard: unknown[] = [];
    handle.onMessage((message) => heard.push(message));
    child.emit('message', { type: 'ready' });
    handle.post({ type: 'ping' });
    expect(heard).toEqual([{ type: 'ready' }]);
    expect(child.postMessage).toHaveBeenCalledWith({ type: 'ping' });
  });

  it.each<[string, string | undefined, number, string]>([
    ['oom', 'oom', 5, ''],
    ['oom', undefined, 133, 'FATAL ERROR: Reached heap limit Allocation failed'],
    ['oom', undefined, 0xe0000008, ''],
    ['killed', 'killed', 9, ''],
    ['crash', 'crashed', 11, ''],
    ['error', 'abnormal-exit', 1, 'TypeError'],
  ])('ends as %s for reason %s and code %i', async (cause, reason, code, said) => {
    const { child, exit, gone } = spawn();
    child.stderr.emit('data', Buffer.from(said));
    child.emit('exit', code);
    // The app tells the reason after the exit as well as before it.
    if (reason !== undefined) gone(reason);
    expect(await exit).toEqual({ code, signal: null, cause, tail: said });
  });

  it('ends as done after its goodbye, and as requested when it was told to', async () => {
    const done = spawn();
    done.child.emit('message', { type: 'bye' });
    done.child.emit('exit', 0);
    expect((await done.exit).cause).toBe('done');
    const killed = spawn();
    killed.handle.kill();
    killed.child.emit('exit', 0);
    expect((await killed.exit).cause).toBe('requested');
    expect(killed.child.kill).toHaveBeenCalledTimes(1);
  });

  it('is sent nothing once it is gone', async () => {
    const { child, handle, exit } = spawn();
    child.emit('exit', 0);
    handle.post({ type: 'ping' });
    await exit;
    expect(child.postMessage).not.toHaveBeenCalled();
  });
});
