import { describe, expect, it, vi } from 'vitest';
import { LarderError } from '../../base/index.ts';
import type { Calls } from './fake-electron.ts';
import { makeStartUpParts } from './fake-electron.ts';
import type { OpenQueue } from './open-paths.ts';
import { startUp } from './start-up.ts';

function start(isFirst: boolean, boot: (opened: OpenQueue) => Promise<void>, environment: Record<string, string> = {}, ignoresGpuBlocklist = false) {
  const calls: Calls = [];
  const { parts, events, becomeReady } = makeStartUpParts(calls, isFirst);
  startUp(parts, { environment, argv: ['larder', '--flag', 'a.yaml'], cwd: '/home', isDefaultApp: false, ignoresGpuBlocklist, boot });
  return { calls, events, becomeReady, names: () => calls.map(([name]) => name) };
}

describe('starting up', () => {
  it('does everything that must come before ready, in its order, and boots after it', async () => {
    const boot = vi.fn(async () => undefined);
    const { calls, names, becomeReady } = start(true, boot, { LARDER_USER_DATA: '/tmp/x' });
    expect(names()).toEqual(['setPath', 'setDesktopName', 'setAppUserModelId', 'enableSandbox', 'appendSwitch', 'disableDomainBlockingFor3DAPIs', 'registerSchemesAsPrivileged', 'requestSingleInstanceLock', 'whenReady']);
    expect(calls[0]).toEqual(['setPath', 'userData', '/tmp/x']);
    expect(calls.find(([name]) => name === 'registerSchemesAsPrivileged')![1]).toEqual([{ scheme: 'larder', privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true, codeCache: true } }]);
    expect(boot).not.toHaveBeenCalled();
    becomeReady();
    await vi.waitFor(() => expect(boot).toHaveBeenCalledTimes(1));
  });

  it('draws with a card on the list of faulty ones only where the user wants it', () => {
    const switches = (ignoresGpuBlocklist: boolean) => start(true, async () => undefined, {}, ignoresGpuBlocklist).calls.filter(([name]) => name === 'appendSwitch');
    expect(switches(false)).toEqual([['appendSwitch', 'enable-unsafe-swiftshader']]);
    expect(switches(true)).toEqual([['appendSwitch', 'enable-unsafe-swiftshader'], ['appendSwitch', 'ignore-gpu-blocklist']]);
  });

  it('leaves to the first instance what a second one was started for', async () => {
    const boot = vi.fn(async () => undefined);
    const { names, becomeReady } = start(false, boot);
    becomeReady();
    await Promise.resolve();
    expect(names().slice(-2)).toEqual(['requestSingleInstanceLock', 'quit']);
    expect(boot).not.toHaveBeenCalled();
  });

  it('gathers the files it is opened with, from every side, until somebody takes them', async () => {
    const taken: string[] = [];
    const { calls, events, becomeReady } = start(true, async (opened) => opened.onPath((path) => taken.push(path)));
    expect(calls.find(([name]) => name === 'requestSingleInstanceLock')).toEqual(['requestSingleInstanceLock', { paths: ['/home/a.yaml'] }]);
    const preventDefault = vi.fn();
    events.emit('open-file', { preventDefault }, '/mac/b.yaml');
    expect(preventDefault).toHaveBeenCalledTimes(1);
    becomeReady();
    await vi.waitFor(() => expect(taken).toEqual(['/home/a.yaml', '/mac/b.yaml']));
    events.emit('second-instance', {}, ['other', 'order'], '/', { paths: ['/c', 7] });
    events.emit('second-instance', {}, [], '/', 'nonsense');
    expect(taken).toEqual(['/home/a.yaml', '/mac/b.yaml', '/c']);
  });

  it('says in words why it could not start, and ends', async () => {
    const { calls, becomeReady } = start(true, () => Promise.reject(new LarderError('CATALOG_TOO_NEW', 'The catalog is newer.', { hint: 'Update Larder.' })));
    becomeReady();
    await vi.waitFor(() => expect(calls.at(-1)).toEqual(['quit']));
    expect(calls.at(-2)).toEqual(['showErrorBox', 'Larder could not start', 'The catalog is newer.\n\nUpdate Larder.']);
  });
});
