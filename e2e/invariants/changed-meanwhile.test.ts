import { renameSync, rmSync } from 'node:fs';
import { copyFile, cp, mkdtemp, readFile, readdir, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { createEngine } from '../../src-main/engine/index.ts';
import type { Engine } from '../../src-main/engine/index.ts';
import { cacheLayout, quarantineFiles } from '../../src-main/store/index.ts';
import { createNodeWorkerHost } from '../../src-main/workers/index.ts';
import { GOLDEN } from '../image/setting.ts';
import { flipBit } from '../sample/index.ts';
import { entryFileOf } from './answers.ts';
import { tinyName } from './tiny-dataset.ts';
import { openTinyMade } from './tiny-setting.ts';
import { contentsOf } from './tree.ts';

const WORKER = fileURLToPath(new URL('../../src-main/workers/entry.ts', import.meta.url));
const { signal } = new AbortController();

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

/** An engine that knows of a cache of three entries no more than its folder: what it takes away nobody can make again. */
async function openCache(): Promise<{ readonly engine: Engine; readonly folder: string; readonly directory: string }> {
  const { setting } = await openTinyMade(3);
  undo.push(() => setting.close());
  return { ...(await openEngine()), directory: setting.cacheDirectory() };
}

async function openEngine(): Promise<{ readonly engine: Engine; readonly folder: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'larder-meanwhile-'));
  undo.push(() => rm(folder, { recursive: true }));
  const engine = createEngine({ dataDirectory: join(folder, 'data'), cwd: folder, environment: {}, workerHost: createNodeWorkerHost(WORKER, process.env), version: 'test' });
  undo.push(() => engine.close());
  return { engine, folder };
}

/** Somebody changes the cache when the first damage is found: before anything is set aside for it. */
function whenFound(engine: Engine, change: () => void): void {
  let isDone = false;
  engine.onEvent(({ type }) => {
    if (type !== 'findingFound' || isDone) return;
    isDone = true;
    change();
  });
}

const nameOf = (number: number): string => entryFileOf(tinyName(number));

describe('a clear', () => {
  it('removes nothing where more entries have come than somebody was asked about', async () => {
    const { engine, directory } = await openCache();
    const before = contentsOf(directory);
    const { count } = await engine.previewClear({ cache: directory, only: [nameOf(1).slice(0, 32)] }, signal);
    await expect(engine.clear({ cache: directory, delete: true, agreed: count }, signal)).rejects.toMatchObject({ code: 'CONFIRMATION_NEEDED', details: { count: 3, agreed: count } });
    expect(contentsOf(directory)).toEqual(before);
    expect(await engine.clear({ cache: directory, delete: true, agreed: 3 }, signal)).toMatchObject({ count: 3 });
  });

  it.each([[true], [false]])('takes no metadata from a picture that another host has made since it looked (deleting: %j)', async (isDelete) => {
    const { engine, folder } = await openEngine();
    const directory = join(folder, 'cache');
    await cp(join(GOLDEN, 'intact'), directory, { recursive: true });
    const [key = ''] = (await readdir(join(directory, 'images'))).map((name) => name.slice(0, -'.png'.length));
    const files = [`images/${key}.png`, `metadata/${key}.json`];
    for (const file of files) renameSync(join(directory, file), join(folder, basename(file)));
    // What it is about it knows by then; the lock it has not yet.
    engine.onEvent(({ type }) => {
      if (type === 'jobStarted') for (const file of files) renameSync(join(folder, basename(file)), join(directory, file));
    });
    await engine.clear({ cache: directory, delete: isDelete }, signal);
    expect(Object.keys(contentsOf(directory, /^(?:images|metadata)/))).toEqual(files);
  });
});

describe('a fix', () => {
  it.each([[true], [false]])('leaves alone a sound entry that came in the place of a damaged one since it looked (deleting: %j)', async (isDelete) => {
    const { engine, folder, directory } = await openCache();
    const [damaged, sound] = [join(directory, nameOf(1)), join(folder, 'sound.pt')];
    const bytes = await readFile(damaged);
    await rename(damaged, sound);
    await copyFile(sound, damaged);
    await flipBit(damaged);
    // As `quarantine restore --replace` of another process does.
    whenFound(engine, () => renameSync(sound, damaged));
    expect(await engine.fix({ cache: directory, delete: isDelete }, signal)).toMatchObject({ damaged: 1, quarantined: 0, deleted: 0, remade: 0, notRemade: [{ reason: expect.stringContaining('changed') as string }] });
    expect(await readFile(damaged)).toEqual(bytes);
    expect(await engine.verify({ cache: directory }, signal)).toMatchObject({ sound: 3, damaged: 0 });
  });

  it('goes on where a damaged entry was taken away since it looked', async () => {
    const { engine, directory } = await openCache();
    for (const number of [0, 1]) await flipBit(join(directory, nameOf(number)));
    whenFound(engine, () => rmSync(join(directory, nameOf(0))));
    expect(await engine.fix({ cache: directory }, signal)).toMatchObject({ quarantined: 1 });
    expect((await readdir(directory)).filter((name) => name.endsWith('.pt'))).toEqual([nameOf(2)]);
  });

  it('is undone without what somebody cleared while it looked', async () => {
    const { engine, directory } = await openCache();
    await flipBit(join(directory, nameOf(1)));
    const cleared: Promise<unknown>[] = [];
    whenFound(engine, () => cleared.push(quarantineFiles(cacheLayout(directory), [{ file: nameOf(0), key: null, name: null }], { reason: { code: 'cleared', message: 'Removed by `larder clear`.' }, nowMs: Date.now(), larderVersion: 'test', jobId: 'another' })));
    expect(await engine.fix({ cache: directory }, signal)).toMatchObject({ quarantined: 1 });
    await Promise.all(cleared);
    const [job] = engine.jobs();
    const restored = await engine.quarantineRestore({ cache: directory, ids: [], jobId: job!.id }, signal);
    expect(restored.map(({ file }) => file)).toEqual([nameOf(1)]);
    expect((await engine.quarantineList({ cache: directory }, signal)).map(({ file }) => file)).toEqual([nameOf(0)]);
  });

  it('goes on where a temporary file of somebody else got its name since it looked', async () => {
    const { engine, folder } = await openEngine();
    const directory = join(folder, 'cache');
    await cp(join(GOLDEN, 'damaged'), directory, { recursive: true });
    whenFound(engine, () => rmSync(join(directory, 'cache_index.json.tmp')));
    expect(await engine.fix({ cache: directory }, signal)).toMatchObject({ damaged: expect.any(Number) as number });
  });

  it.each([[true], [false]])('leaves alone a sound picture that came in the place of a damaged one since it looked (deleting: %j)', async (isDelete) => {
    const { engine, folder } = await openEngine();
    const directory = join(folder, 'cache');
    await cp(join(GOLDEN, 'intact'), directory, { recursive: true });
    const [name = ''] = await readdir(join(directory, 'images'));
    const [damaged, sound] = [join(directory, 'images', name), join(folder, 'sound.png')];
    await rename(damaged, sound);
    await copyFile(sound, damaged);
    await flipBit(damaged);
    const pictures = /^(?:images|metadata)/;
    whenFound(engine, () => renameSync(sound, damaged));
    expect(await engine.fix({ cache: directory, delete: isDelete }, signal)).toMatchObject({ deleted: 0, remade: 0, notRemade: [{ reason: expect.stringContaining('changed') as string }] });
    expect(contentsOf(directory, pictures)).toEqual(contentsOf(join(GOLDEN, 'intact'), pictures));
  });
});
