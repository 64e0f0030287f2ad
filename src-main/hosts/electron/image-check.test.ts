import { EventEmitter } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Calls } from './fake-electron.ts';
import { makeFakeApp } from './fake-electron.ts';
import { checkImages, withImages } from './image-check.ts';
import { imageVersions } from './image-versions.ts';
import type { UtilityHostOptions } from './utility-host.ts';
import { createUtilityWorkerHost } from './utility-host.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'larder-images-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

const SIGSEGV = 139;

/** A canary that ends so; `undefined` never ends by itself. */
function setUp(end: { readonly code: number; readonly reason?: string } | undefined) {
  const calls: Calls = [];
  const { app, events } = makeFakeApp(calls);
  const fork = vi.fn((_entry: string, _words: string[], options: { readonly serviceName: string; readonly env: Record<string, string> }) => {
    const child = Object.assign(new EventEmitter(), { pid: 7, stdout: new EventEmitter(), stderr: new EventEmitter(), postMessage: vi.fn(), kill: () => child.emit('exit', 0) });
    if (end !== undefined) {
      setImmediate(() => {
        if (end.reason !== undefined) events.emit('child-process-gone', {}, { name: options.serviceName, reason: end.reason });
        child.emit('exit', end.code);
      });
    }
    return child;
  });
  const host = createUtilityWorkerHost({ utilityProcess: { fork } as unknown as UtilityHostOptions['utilityProcess'], app, entry: '/app/worker.js', environment: {} });
  const said: string[] = [];
  const path = join(folder, 'data/images.json');
  const check = (versions = 'a') => checkImages({ host, path, versions, onPortable: (sentence) => said.push(sentence), withinMilliseconds: 50 });
  return { host, fork, said, path, check };
}

describe('the check of the picture library', () => {
  it('lets a canary live or die, and takes the library if it lives', async () => {
    const { check, fork, said } = setUp({ code: 0 });
    expect(await check()).toBe('native');
    expect(fork.mock.calls[0]![2].env).toEqual({ LARDER_IMAGES: 'canary' });
    expect(said).toEqual([]);
  });

  it('takes the portable build if the canary dies of SIGSEGV, says so once, and keeps the verdict', async () => {
    const { check, fork, said, path } = setUp({ code: SIGSEGV, reason: 'crashed' });
    expect(await check()).toBe('portable');
    expect(JSON.parse(await readFile(path, 'utf8'))).toEqual({ versions: 'a', verdict: 'portable' });
    expect(await check()).toBe('portable');
    expect(fork).toHaveBeenCalledTimes(1);
    expect(said).toEqual([expect.stringMatching(/picture library does not run .* portable/)]);
  });

  it('asks again for other versions, and where what was kept cannot be read', async () => {
    const { check, fork, path } = setUp({ code: 0 });
    await check('a');
    await check('a');
    expect(fork).toHaveBeenCalledTimes(1);
    await check('b');
    expect(fork).toHaveBeenCalledTimes(2);
    await writeFile(path, '{"versions":"b","verdict":"per');
    expect(await check('b')).toBe('native');
    expect(fork).toHaveBeenCalledTimes(3);
  });

  it.each([
    ['was killed from outside', { code: 9, reason: 'killed' }],
    ['ran out of memory', { code: 5, reason: 'oom' }],
    ['did not come to an end', undefined],
  ])('is careful but keeps nothing if the canary %s', async (_what, end) => {
    const { check, fork } = setUp(end);
    expect(await check()).toBe('portable');
    await check();
    expect(fork).toHaveBeenCalledTimes(2);
  });

  it('tells the workers, beside what they are told otherwise', () => {
    const { host, fork } = setUp({ code: 0 });
    withImages(host, 'portable').spawn({ name: 'w', heapMegabytes: 1, environment: { TMPDIR: '/t' } });
    withImages(host, 'native').spawn({ name: 'w', heapMegabytes: 1 });
    expect(fork.mock.calls.map(([, , { env }]) => env)).toEqual([{ TMPDIR: '/t', LARDER_IMAGES: 'portable' }, {}]);
  });

  it('is for Electron on Linux only, and for its version, that of sharp and that of GLib', () => {
    expect(imageVersions()).toBeUndefined();
    expect(imageVersions('45.4.1', 'darwin')).toBeUndefined();
    expect(imageVersions('45.4.1', 'win32')).toBeUndefined();
    expect(imageVersions('45.4.1', 'linux')).toMatch(/^electron 45\.4\.1, sharp \d+\.\d+\.\d+, glib ([\d.]+|none|unknown)$/);
  });
});
