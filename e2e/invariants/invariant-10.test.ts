import { existsSync, readdirSync } from 'node:fs';
import { link, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { flipBit } from '../sample/index.ts';
import { entryFileOf, expectNoStack } from './answers.ts';
import { soundEntries } from './setting.ts';
import type { Running, Setting } from './setting.ts';
import { tinyName } from './tiny-dataset.ts';
import { openTiny, openTinyMade } from './tiny-setting.ts';
import type { TinySetting } from './tiny-setting.ts';

let setting: Setting;
let config: readonly string[];
let generate: TinySetting['generate'];

async function open(...wanted: Parameters<typeof openTiny>): Promise<void> {
  ({ setting, config, generate } = await openTiny(...wanted));
}
async function openMade(...wanted: Parameters<typeof openTinyMade>): Promise<void> {
  ({ setting, config, generate } = await openTinyMade(...wanted));
}

afterEach(() => setting.close());

describe('invariant 10: every operation stops within a second', () => {
  const LIMIT_MS = 1500;

  /** Sends Ctrl-C to the whole process group, as a terminal does. */
  async function interrupt(running: Running): Promise<void> {
    const startedAt = performance.now();
    process.kill(-running.child.pid!, 'SIGINT');
    const result = await running.ended;
    const ms = performance.now() - startedAt;
    expect(result.code, result.stderr).toBe(130);
    expect(ms).toBeLessThan(LIMIT_MS);
    expectNoStack(result);
    expect(result.stdout + result.stderr).toMatch(/Cancelled|"CANCELLED"/);
  }
  async function untilRequested(isIt: (path: string) => boolean): Promise<void> {
    while (!setting.hub.requests.some((request) => isIt(request.path))) await sleep(10);
    await sleep(50);
  }
  /** Many big entries that take long to read; they share their bytes on disk. */
  async function multiply(count: number): Promise<void> {
    const original = join(setting.cacheDirectory(), entryFileOf(tinyName(0)));
    for (let n = 0; n < count; n++) await link(original, join(setting.cacheDirectory(), entryFileOf(`copy ${n}`)));
  }

  it('a plan that waits for the Hub', async () => {
    await open(2);
    for (const question of ['revision', 'tree', 'paths-info']) setting.hub.failHub(question, { attempts: [], afterwards: { kind: 'hang' } });
    const running = setting.start('plan', ...config);
    await untilRequested(() => true);
    await interrupt(running);
  });

  it('downloads that stand still, and they go on later', async () => {
    await open(6);
    for (const volume of setting.dataset.volumes) setting.hub.failStorage(volume.repositoryPath, { attempts: [{ kind: 'stop', afterBytes: 100 }] });
    const running = setting.start(...generate());
    await untilRequested((path) => !path.startsWith('/api') && !path.startsWith('/datasets'));
    await interrupt(running);
    expect(readdirSync(setting.cacheDirectory()).filter((name) => name.endsWith('.pt'))).toEqual([]);
    expect(existsSync(join(setting.cacheDirectory(), '.larder', 'staging'))).toBe(false);
    setting.hub.clearFaults();
    expect((await setting.run(...generate())).code).toBe(0);
  });

  it('preprocessing of a large volume', async () => {
    await open(3, [512, 512, 256]);
    const running = setting.start(...generate('--json'));
    await running.until(/"preprocessing"[^}]*scan_/);
    await sleep(200);
    await interrupt(running);
    expect(Array.from((await soundEntries(setting.cacheDirectory())).keys())).toEqual([]);
    expect(existsSync(join(setting.cacheDirectory(), '.larder', 'staging'))).toBe(false);
  });

  it('verifying many files', async () => {
    await openMade(1, [128, 128, 128]);
    await multiply(400);
    const running = setting.start('verify', '--cache', setting.cacheDirectory(), '--json');
    await running.until(/"type":"findingFound"/);
    await interrupt(running);
  });

  it('fixing, while it reads', async () => {
    await openMade(1, [128, 128, 128]);
    await multiply(400);
    const running = setting.start('fix', '--cache', setting.cacheDirectory(), '--json');
    await running.until(/"type":"findingFound"/);
    await interrupt(running);
    expect(readdirSync(setting.cacheDirectory()).filter((name) => name.endsWith('.pt'))).toHaveLength(401);
  });

  it('fixing, while it makes entries again; what was set aside can be put back', async () => {
    await openMade(2);
    const path = join(setting.cacheDirectory(), entryFileOf(tinyName(0)));
    await flipBit(path);
    const damaged = await readFile(path);
    setting.hub.failStorage(setting.dataset.volumes[0]!.repositoryPath, { attempts: [], afterwards: { kind: 'stop', afterBytes: 10 } });
    setting.hub.clearRequests();
    const running = setting.start('fix', ...config);
    await untilRequested((path) => !path.startsWith('/api') && !path.startsWith('/datasets'));
    await interrupt(running);
    expect((await setting.run('quarantine', 'restore', '--all', ...config)).stdout).toContain('1 file put back');
    expect(await readFile(path)).toEqual(damaged);
  });
});
