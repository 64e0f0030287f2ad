import { existsSync, readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openSetting, soundEntries } from './setting.ts';
import type { Setting } from './setting.ts';

/** Moments at which the whole process tree is killed; `LARDER_KILLS` changes the dose. */
const KILLS = Number(process.env['LARDER_KILLS'] ?? 200);
const SEED = Number(process.env['LARDER_SEED'] ?? 20_261_122);

let setting: Setting;
beforeAll(async () => {
  setting = await openSetting();
});
afterAll(() => setting.close());

function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

it(`loses nothing and leaves nothing half-done when it is killed at ${KILLS} random moments`, { timeout: 1_800_000 }, async () => {
  const random = createRandom(SEED);
  const makeable = setting.dataset.volumes.length;
  const generate = ['generate', '--config', setting.project.configPath, '--yes', '--batch-size', '4', '--num-workers', '2'];

  // How long an undisturbed run takes, from an empty folder to the end; kills are spread over it.
  const startedAt = Date.now();
  const whole = await setting.run(...generate);
  const fullRunMs = Date.now() - startedAt;
  expect(whole.code).toBe(1); // the damaged upload and the absent name
  const directory = setting.cacheDirectory();
  const expected = await soundEntries(directory);
  expect(expected.size).toBe(makeable);
  const oneRunBytes = setting.hub.storageBytes();

  let kills = 0;
  let rounds = 0;
  let midway = 0;
  let extraBytes = 0;
  while (kills < KILLS) {
    rounds++;
    await rm(setting.project.cacheRoot, { recursive: true });
    setting.hub.clearRequests();
    const bytesBefore = setting.hub.storageBytes();
    let published = new Set<string>();
    // A round ends when everything is there: later kills would find nothing to disturb.
    for (let isComplete = false; !isComplete && kills < KILLS; ) {
      const running = setting.start(...generate);
      await sleep(random() * fullRunMs);
      running.killTree();
      const { signal } = await running.ended;
      kills++;
      const now = await soundEntries(directory);
      for (const file of published) expect(now.has(file), `${file} was published and is gone (kill ${kills}, seed ${SEED})`).toBe(true);
      published = new Set(now.keys());
      isComplete = now.size === makeable;
      if (signal !== null && !isComplete) midway++;
    }
    const resumed = await setting.run(...generate);
    expect(resumed.code, resumed.stderr).toBe(1);
    const entries = await soundEntries(directory);
    expect(Array.from(entries.keys()).sort()).toEqual(Array.from(expected.keys()).sort());
    for (const [file, bytes] of entries) expect(bytes.equals(expected.get(file)!), `${file} has other bytes than an undisturbed run gives`).toBe(true);
    expect(existsSync(join(directory, '.larder')), `staging is not empty: ${existsSync(join(directory, '.larder')) ? readdirSync(join(directory, '.larder'), { recursive: true }).join(', ') : ''}`).toBe(false);
    extraBytes += setting.hub.storageBytes() - bytesBefore - oneRunBytes;
  }
  // A kill may cost the downloads under way (four at once at most), never one that had arrived.
  const largest = Math.max(...setting.dataset.volumes.map((volume) => volume.bytes.length));
  expect(extraBytes).toBeLessThanOrEqual(kills * 4 * largest);
  // Most kills must have struck in the middle, or this test shows nothing.
  expect(midway).toBeGreaterThan(kills * 0.3);
  console.log(`killed ${kills} times in ${rounds} rounds, ${midway} of them midway; ${(extraBytes / 1e6).toFixed(1)} MB fetched again in all (one run: ${(oneRunBytes / 1e6).toFixed(1)} MB); seed ${SEED}`);
});
