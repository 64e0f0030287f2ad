import { existsSync, readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import type { SampleDataset } from '../sample/index.ts';
import { openSetting, soundEntries } from './setting.ts';
import { tinyDataset } from './tiny-dataset.ts';

/** Moments at which the whole process tree is killed, over all suites that do; `LARDER_KILLS` changes the dose. */
export const KILLS = Number(process.env['LARDER_KILLS'] ?? 200);
const SEED = Number(process.env['LARDER_SEED'] ?? 20_261_122);

/** Of what a run should take from where it begins: most kills strike before its end, some as it ends. */
const STRETCH = 1.2;

/** Half of what a run takes goes into fetching, a tenth of a second a file, so that many kills strike there. */
const BYTES_PER_SECOND = 12_000;

/**
 * Small volumes: the time goes into starting, fetching, writing and naming, where a kill can do harm, not into
 * arithmetic. One upload is cut short, one name is nowhere, as in the sample.
 */
function killDataset(): SampleDataset {
  const { volumes, damaged, absentName, names } = tinyDataset(14);
  const cut = { ...damaged, bytes: damaged.bytes.subarray(0, damaged.bytes.length / 2) };
  return { volumes, damaged: cut, absentName, names: { ...names, train: [...names.train, cut.volumeName, absentName] } };
}

function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * Kills one `generate` after the other at random moments, and looks after each of them.
 *
 * @param half its chances are its own: what another half tries is not tried again
 */
export async function killAtRandom(wanted: number, half: number): Promise<void> {
  const seed = SEED + half;
  const random = createRandom(seed);
  const setting = await openSetting({ targetShape: [32, 32, 32], dataset: killDataset() });
  setting.hub.setBytesPerSecond(BYTES_PER_SECOND);
  try {
    const makeable = setting.dataset.volumes.length;
    const generate = ['generate', '--config', setting.project.configPath, '--yes', '--batch-size', '4', '--num-workers', '2'];

    // How long an undisturbed run takes, from an empty folder and from a complete one; kills are spread over what is left to do.
    const undisturbedMs = async (): Promise<number> => {
      const startedAt = Date.now();
      expect((await setting.run(...generate)).code).toBe(1); // the damaged upload and the absent name
      return Date.now() - startedAt;
    };
    const fullRunMs = await undisturbedMs();
    const oneRunBytes = setting.hub.storageBytes();
    const idleRunMs = Math.min(fullRunMs, await undisturbedMs());
    const directory = setting.cacheDirectory();
    const expected = await soundEntries(directory);
    expect(expected.size).toBe(makeable);

    let kills = 0;
    let rounds = 0;
    let midway = 0;
    let extraBytes = 0;
    while (kills < wanted) {
      rounds++;
      await rm(setting.project.cacheRoot, { recursive: true });
      setting.hub.clearRequests();
      const bytesBefore = setting.hub.storageBytes();
      let published = new Set<string>();
      // A round ends when everything is there: later kills would find nothing to disturb.
      for (let isComplete = false; !isComplete && kills < wanted; ) {
        const missing = (makeable - published.size) / makeable;
        const running = setting.start(...generate);
        await sleep(random() * STRETCH * (idleRunMs + (fullRunMs - idleRunMs) * missing));
        running.killTree();
        const { signal } = await running.ended;
        kills++;
        const now = await soundEntries(directory);
        for (const file of published) expect(now.has(file), `${file} was published and is gone (kill ${kills}, seed ${seed})`).toBe(true);
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
    console.log(`killed ${kills} times in ${rounds} rounds, ${midway} of them midway; ${(extraBytes / 1e3).toFixed(1)} kB fetched again in all (one run: ${(oneRunBytes / 1e3).toFixed(1)} kB); seed ${seed}`);
  } finally {
    await setting.close();
  }
}
