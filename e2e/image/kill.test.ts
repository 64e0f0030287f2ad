import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { greyPixels, pixelsMd5, readPng } from '../../src-main/formats/png/index.ts';
import { KHMER_FONTS, createImageSetting, jsonLines, khmerLines } from './setting.ts';
import type { ImageSetting } from './setting.ts';

/** Moments at which the whole process group is killed; `LARDER_IMAGE_KILLS` changes the dose. */
const KILLS = Number(process.env['LARDER_IMAGE_KILLS'] ?? 8);
const SEED = Number(process.env['LARDER_SEED'] ?? 20_261_125);
const LINES = 40;
const FONTS = 8;
/** Pictures of a job where four processes begin one after the other. */
const PORTION = 64;

const hasPython = spawnSync('python3', ['--version']).status === 0;
if (!hasPython) console.warn('Four processes are not tested: there is no python3 on this machine to read their index.');

function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** md5 of the pixels of every image, by key; throws for one that is not sound. */
async function pixels(root: string): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const name of (await readdir(join(root, 'images'))).sort()) {
    const { header, problems, content } = readPng(await readFile(join(root, 'images', name)));
    expect(problems, name).toEqual([]);
    found.set(name.slice(0, -4), pixelsMd5(greyPixels(header!, content!)!));
  }
  return found;
}

/** Keys of the index, or undefined where there is none yet; throws for half an index. */
async function indexKeys(root: string): Promise<string[] | undefined> {
  const path = join(root, 'cache_index.json');
  if (!existsSync(path)) return undefined;
  return Object.keys(JSON.parse(await readFile(path, 'utf8')) as object);
}

const words = (cache: string, jobs = 2): string[] => ['pregenerate', '--corpus-dir', 'corpus', '--fonts-dir', KHMER_FONTS!, '--cache', cache, '--jobs', String(jobs), '--json'];

/** Only these may be left by a kill, and the next run takes them away; `stale-index` is this test's own doing, which removes a cache that is complete. */
const ALLOWED = new Set(['image-unindexed', 'index-missing', 'stray-temp', 'stale-index']);

async function expectOnlyRests(setting: ImageSetting, cache: string): Promise<void> {
  const verified = await setting.run('verify', '--cache', cache, '--json');
  const codes = jsonLines<{ finding: { code: string } }>(verified, 'findingFound').map(({ finding }) => finding.code);
  expect(codes.filter((code) => !ALLOWED.has(code))).toEqual([]);
}

describe.skipIf(KHMER_FONTS === undefined)('pregenerating', () => {
  it(`is complete and clean after ${KILLS} kills at random moments`, { timeout: 1_800_000 }, async () => {
    await using setting = await createImageSetting();
    await setting.writeCorpus({ train: khmerLines(LINES) });
    const startedAt = Date.now();
    expect((await setting.run(...words('whole'))).exitCode).toBe(0);
    const wholeMs = Date.now() - startedAt;
    const expected = await pixels(setting.path('whole'));
    expect(expected.size).toBe(LINES * FONTS);
    const random = createRandom(SEED);
    const root = setting.path('cache');
    // Only what was still running was killed: a run that had ended by itself does not count.
    for (let kills = 0, starts = 1; kills < KILLS; starts++) {
      expect(starts, 'runs end too soon to be killed').toBeLessThan(10 * KILLS);
      const child = setting.start(...words('cache'));
      await sleep(random() * wholeMs);
      try {
        process.kill(-child.pid!, 'SIGKILL');
      } catch {
        // It had ended by itself.
      }
      await new Promise((resolve) => (child.exitCode === null && child.signalCode === null ? child.once('exit', resolve) : resolve(undefined)));
      if (child.signalCode === 'SIGKILL') kills++;
      if (!existsSync(join(root, 'images'))) continue;
      const there = await pixels(root);
      for (const [key, digest] of there) expect(digest).toBe(expected.get(key));
      for (const key of (await indexKeys(root)) ?? []) expect(there.has(key)).toBe(true);
      if (starts % 3 === 0) await expectOnlyRests(setting, 'cache');
      if (there.size === expected.size) await rm(root, { recursive: true });
    }
    expect((await setting.run(...words('cache'))).exitCode).toBe(0);
    expect(await pixels(root)).toEqual(expected);
    expect(await indexKeys(root)).toEqual([...expected.keys()]);
    expect((await readdir(root)).sort()).toEqual(['cache_index.json', 'images', 'metadata']);
    const verified = await setting.run('verify', '--cache', 'cache', '--json');
    expect([verified.exitCode, jsonLines(verified, 'findingFound')]).toEqual([0, []]);
  });

  it.skipIf(!hasPython)('by four processes at once loses nothing, and a reader in Python never meets an empty or half index, however often it is written', { timeout: 300_000 }, async () => {
    await using setting = await createImageSetting();
    await setting.writeCorpus({ train: khmerLines(LINES) });
    const reader = spawn('python3', [join(import.meta.dirname, 'index_reader.py'), setting.path('cache')], { stdio: ['pipe', 'pipe', 'inherit'] });
    const seen = text(reader.stdout);
    // Each job writes the index at its end: four processes with one small job after the other write it at any moment.
    let published = 0;
    const generate = async (): Promise<void> => {
      for (let isDone = false; !isDone; ) {
        const result = await setting.run(...words('cache', 1), '--limit', String(PORTION));
        expect(result.exitCode, result.stderr).toBe(0);
        published += jsonLines<{ published: number }>(result, 'result')[0]!.published;
        isDone = jsonLines<{ items: readonly unknown[] }>(result, 'plan')[0]!.items.length === 0;
      }
    };
    await Promise.all([generate(), generate(), generate(), generate()]);
    reader.stdin.end();
    const { reads, sizes, problems } = JSON.parse(await seen) as { reads: number; sizes: readonly number[]; problems: readonly string[] };
    expect(problems).toEqual([]);
    // The reader met the index at nearly every size it had, and again and again while it was written anew.
    expect(sizes.length).toBeGreaterThanOrEqual((LINES * FONTS) / PORTION / 2);
    expect(reads).toBeGreaterThan(5 * sizes.length);
    expect(published).toBe(LINES * FONTS);
    expect(await indexKeys(setting.path('cache'))).toHaveLength(LINES * FONTS);
    expect((await pixels(setting.path('cache'))).size).toBe(LINES * FONTS);
    expect((await readdir(setting.path('cache'))).sort()).toEqual(['cache_index.json', 'images', 'metadata']);
    const verified = await setting.run('verify', '--cache', 'cache', '--json');
    expect([verified.exitCode, jsonLines(verified, 'findingFound')]).toEqual([0, []]);
  });
});
