import { createHash } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import type { EngineEvent } from '../../src-main/contract/events.ts';
import { createEngine } from '../../src-main/engine/index.ts';
import type { Engine } from '../../src-main/engine/index.ts';
import { cacheLayout } from '../../src-main/store/index.ts';
import { createNodeWorkerHost } from '../../src-main/workers/index.ts';
import { ROOT } from '../browser/ensure-built.ts';
import { flipBit } from '../sample/index.ts';
import { entryFileOf } from './answers.ts';
import { tinyName } from './tiny-dataset.ts';
import { openTinyMade } from './tiny-setting.ts';

const WORKER = fileURLToPath(new URL('../../src-main/workers/entry.ts', import.meta.url));
const ENTRY = join(ROOT, 'src-main/formats/torch/__fixtures__/monai/e1/a/028d5d0a733c1a993c4ba40f1edc963c.pt');
/** As another host writes it that found this one silent for two minutes. */
const THEIRS = JSON.stringify({ id: '7-7-0badcafe', host: 'another-host', pid: 7, startTicks: 7 });
const { signal } = new AbortController();

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

function openEngine(dataDirectory: string, environment: Readonly<Record<string, string | undefined>>): Engine {
  const engine = createEngine({ dataDirectory, cwd: dataDirectory, environment, workerHost: createNodeWorkerHost(WORKER, process.env), version: 'test' });
  undo.push(() => engine.close());
  return engine;
}

/** The lock changes hands the moment something happens for the first time, as it does while a computer sleeps. */
function loseAt(engine: Engine, type: EngineEvent['type'], change: () => void): EngineEvent[] {
  const seen: EngineEvent[] = [];
  engine.onEvent((event) => {
    if (event.type === type && seen.push(event) === 1) change();
  });
  return seen;
}

async function folderOfMany(count: number): Promise<{ readonly data: string; readonly directory: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'larder-lost-lock-'));
  undo.push(() => rm(folder, { recursive: true }));
  const [data, directory] = [join(folder, 'data'), join(folder, 'cache')];
  await mkdir(data);
  await mkdir(directory);
  await Promise.all(Array.from({ length: count }, (_, index) => copyFile(ENTRY, join(directory, `${createHash('md5').update(String(index)).digest('hex')}.pt`))));
  return { data, directory };
}

const entriesOf = async (directory: string): Promise<number> => (await readdir(directory)).filter((name) => name.endsWith('.pt')).length;

describe('a lock that was taken over while its process was silent', () => {
  it.each([[true], [false]])('stops a clear before it removes more (deleting: %j)', async (isDelete) => {
    // 500 go together.
    const { data, directory } = await folderOfMany(640);
    const { lock } = cacheLayout(directory);
    const engine = openEngine(data, {});
    loseAt(engine, 'entryRemoved', () => writeFileSync(lock, THEIRS));
    await expect(engine.clear({ cache: directory, delete: isDelete }, signal)).rejects.toMatchObject({ code: 'LOCK_LOST', message: expect.stringContaining('process 7 on another-host'), details: { directory } });
    expect(await entriesOf(directory)).toBe(140);
    expect(await readFile(lock, 'utf8'), 'it is theirs').toBe(THEIRS);
    expect(engine.jobs()[0]).toMatchObject({ state: 'failed', errorMessage: expect.stringContaining('is not held any more') });
    // They have gone, and what is left of the work is done by the same command.
    rmSync(lock);
    expect(await engine.clear({ cache: directory, delete: isDelete }, signal)).toMatchObject({ count: 140 });
    expect(await entriesOf(directory)).toBe(0);
    if (isDelete) return;
    // A folder of entries alone, all of them set aside, is a cache still, also for whoever knows nothing of it.
    const other = await mkdtemp(join(tmpdir(), 'larder-lost-lock-'));
    undo.push(() => rm(other, { recursive: true }));
    expect(await openEngine(other, {}).quarantineRestore({ cache: directory, ids: [], all: true }, signal)).toHaveLength(640);
    expect(await entriesOf(directory)).toBe(640);
  });

  it('stops a fix before it sets more aside, and nothing is made again by it', async () => {
    const { setting, config } = await openTinyMade(3);
    undo.push(() => setting.close());
    const directory = setting.cacheDirectory();
    const { lock } = cacheLayout(directory);
    for (const number of [0, 1]) await flipBit(join(directory, entryFileOf(tinyName(number))));
    const engine = openEngine(setting.dataDirectory, setting.environment);
    const aside = loseAt(engine, 'entryQuarantined', () => writeFileSync(lock, THEIRS));
    await expect(engine.fix({ config: config[1]! }, signal)).rejects.toMatchObject({ code: 'LOCK_LOST' });
    expect(aside).toHaveLength(1);
    expect(await entriesOf(directory)).toBe(2);
    expect(await readFile(lock, 'utf8')).toBe(THEIRS);
    rmSync(lock);
    expect(await engine.fix({ config: config[1]! }, signal)).toMatchObject({ quarantined: 1, remade: 2, notRemade: [] });
    expect(await entriesOf(directory)).toBe(3);
  });

  it('that is gone without a trace stops it too', async () => {
    const { data, directory } = await folderOfMany(510);
    const engine = openEngine(data, {});
    loseAt(engine, 'entryRemoved', () => rmSync(cacheLayout(directory).lock));
    await expect(engine.clear({ cache: directory, delete: true }, signal)).rejects.toMatchObject({ code: 'LOCK_LOST' });
    expect(await entriesOf(directory)).toBe(10);
  });
});
