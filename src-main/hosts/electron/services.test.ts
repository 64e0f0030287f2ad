import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type Electron from 'electron';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { APP_COMMANDS } from '../../contract/app-commands.ts';
import { CHOICES } from '../../contract/desktop.ts';
import type { StageProgress } from '../../contract/progress.ts';
import { keepForResume, resumeKeptJobs } from '../../engine/index.ts';
import type { Bridge, Engine } from '../../engine/index.ts';
import { choosePath } from './dialogs.ts';
import { fractionOf } from './job-presence.ts';
import { menuTemplate } from './menu.ts';
import { lookAt, pathsFrom, pathsIn } from './open-paths.ts';
import { mayOpenOutside } from './security.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'larder-services-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe('menus', () => {
  it.each(['linux', 'darwin', 'win32'] as const)('have every command of the table once, on %s', (platform) => {
    const run = vi.fn();
    const items = menuTemplate(platform, run).flatMap(({ submenu }) => (Array.isArray(submenu) ? submenu : []));
    for (const { id } of APP_COMMANDS) {
      const [item, ...others] = items.filter((candidate) => candidate.id === id);
      expect(others).toEqual([]);
      item!.click!({} as never, undefined, {} as never);
      expect(run).toHaveBeenLastCalledWith(id);
    }
    const keys = items.map((item) => item.accelerator).filter((key) => key !== undefined);
    expect(new Set(keys).size).toBe(keys.length);
    expect(items.find((item) => item.id === 'palette')!.registerAccelerator).toBe(false);
  });
});

describe('what the app is opened with', () => {
  it('are the words that are no flags, as absolute paths', () => {
    expect(pathsIn(['/app/larder', '--flag', 'a.yaml', '/b'], '/home', false)).toEqual(['/home/a.yaml', '/b']);
    expect(pathsIn(['electron', '.', 'a.yaml'], '/home', true)).toEqual(['/home/a.yaml']);
    expect(pathsFrom({ paths: ['/a', null] })).toEqual(['/a']);
    for (const message of [null, undefined, 7, {}, { paths: '/a' }]) expect(pathsFrom(message)).toEqual([]);
  });

  it('is looked at: a file, a folder, or nothing', async () => {
    await writeFile(join(folder, 'a.yaml'), '');
    expect(await lookAt(join(folder, 'a.yaml'))).toEqual({ path: join(folder, 'a.yaml'), name: 'a.yaml', kind: 'file' });
    expect(await lookAt(folder)).toMatchObject({ kind: 'folder' });
    expect(await lookAt(join(folder, 'nothing'))).toBeNull();
    expect(await lookAt('/dev/null')).toBeNull();
  });
});

describe('a dialog of the system', () => {
  it.each(CHOICES)('asks for %s alone, begins where the last one was, and is believed only where something is', async (choice) => {
    const memory = join(folder, `last-${choice}`);
    const chosen = join(folder, 'chosen');
    await mkdir(chosen, { recursive: true });
    await writeFile(join(chosen, 'a.file'), '');
    const asked: Electron.OpenDialogOptions[] = [];
    const answers = [[], [join(chosen, 'a.file')], [chosen], [join(folder, 'nothing')]];
    const dialog = { showOpenDialog: async (_window: unknown, options: Electron.OpenDialogOptions) => (asked.push(options), { canceled: false, filePaths: answers[asked.length - 1]! }) } as unknown as Electron.Dialog;
    const ask = () => choosePath(dialog, {} as Electron.BrowserWindow, choice, memory);
    expect(await ask()).toBeNull();
    expect(await ask()).toMatchObject({ path: join(chosen, 'a.file'), kind: 'file' });
    expect(await ask()).toMatchObject({ path: chosen, kind: 'folder' });
    expect(await ask()).toBeNull();
    const isFolder = choice === 'cache' || choice === 'folder';
    for (const { properties } of asked) expect([properties!.includes('openDirectory'), properties!.includes('openFile')]).toEqual([isFolder, !isFolder]);
    expect(asked.map(({ defaultPath }) => defaultPath)).toEqual([undefined, undefined, isFolder ? join(chosen, 'a.file') : chosen, isFolder ? chosen : folder]);
  });
});

describe('links', () => {
  it.each(['https://huggingface.co/datasets/x', 'https://huggingface.co/'])('may lead to %s', (url) => expect(mayOpenOutside(url)).toBe(true));
  it.each(['http://huggingface.co/', 'https://huggingface.co.evil.example/', 'https://evil.example/huggingface.co', 'https://a@huggingface.co/', 'https://huggingface.co:8443/', 'file:///etc/passwd', 'javascript:1', 'smb://x', 'nonsense', ''])('may not lead to %j', (url) => expect(mayOpenOutside(url)).toBe(false));
});

describe('progress on the task bar', () => {
  const stage = (done: number, total: number, failed = 0): StageProgress => ({ stage: 'downloading', done, total, failed, bytesDone: 0, bytesTotal: 0, itemsPerSecond: 0, bytesPerSecond: 0, current: [] });
  it.each([
    [0, [] as StageProgress[]],
    [0.5, [stage(5, 10)]],
    [0.75, [stage(10, 10), stage(4, 10, 1)]],
    [0.5, [stage(5, 10), stage(0, 0)]],
    [1, [stage(12, 10)]],
  ])('is %f', (expected, stages) => expect(fractionOf({ stages, elapsedSeconds: 1, workers: 1 })).toBeCloseTo(expected));
});

describe('jobs that quitting stopped', () => {
  it('go on at the next start, once, and those of the sample after the sample', async () => {
    const path = join(folder, 'resume.json');
    keepForResume(path, [{ id: 'a', isPaused: false }, { id: 'b', isPaused: false }]);
    const calls: unknown[] = [];
    const engine = { job: (id: string) => ({ arguments: { config: id === 'a' ? '/data/sample/config.yaml' : '/other.yaml' } }), startSample: async () => calls.push('sample') } as unknown as Engine;
    const bridge = { open: () => ({ call: async (method: string, input: unknown) => (calls.push([method, input]), { ok: true, value: null }) }) } as unknown as Bridge;
    const options = { path, engine, bridge, sampleDirectory: '/data/sample' };
    await resumeKeptJobs(options);
    expect(calls).toEqual(['sample', ['jobs.resume', { jobId: 'a' }], ['jobs.resume', { jobId: 'b' }]]);
    await resumeKeptJobs(options);
    expect(calls).toHaveLength(3);
  });

  it('come back paused if they were, beside those of another window and of a file that has only ids', async () => {
    const path = join(folder, 'resume-paused.json');
    await writeFile(path, '["old", 7, {"id":8}, {"id":"b","isPaused":false}]\n');
    keepForResume(path, [{ id: 'a', isPaused: false }, { id: 'b', isPaused: true }]);
    expect(JSON.parse(await readFile(path, 'utf8'))).toEqual(['old', { id: 'b', isPaused: true }, 'a']);
    const calls: unknown[] = [];
    const engine = { job: () => ({ arguments: {} }) } as unknown as Engine;
    const bridge = { open: () => ({ call: async (_method: string, input: unknown) => (calls.push(input), { ok: true, value: null }) }) } as unknown as Bridge;
    await resumeKeptJobs({ path, engine, bridge, sampleDirectory: '/data/sample' });
    expect(calls).toEqual([{ jobId: 'old' }, { jobId: 'b', isPaused: true }, { jobId: 'a' }]);
  });
});
