import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readHitReport } from './hits-log.ts';

const PYTHON_FOLDER = join(import.meta.dirname, '..', '..', '..', 'resources', 'python');
const hasPython = spawnSync('python3', ['--version']).status === 0;
if (!hasPython) console.log('larder_hits.py is not run: there is no python3 on this machine.');

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'larder-hits-'));
});
afterAll(() => rm(folder, { recursive: true }));

test('the Python file has fewer than 50 lines and imports nothing but the standard library', () => {
  const text = readFileSync(join(PYTHON_FOLDER, 'larder_hits.py'), 'utf8');
  expect(text.trimEnd().split('\n').length).toBeLessThan(50);
  expect(text.match(/^(import|from) .*/gm)).toEqual(['import json, os, time, types', 'from multiprocessing import context, sharedctypes, util']);
});

describe.runIf(hasPython).each(['fork', 'spawn'])('a training with workers by %s', (method) => {
  let microseconds: readonly number[];
  let cache: string;
  beforeAll(() => {
    cache = join(folder, method);
    const output = execFileSync('python3', [join(import.meta.dirname, '__fixtures__', 'train_with_hits.py'), PYTHON_FOLDER, cache, method], { encoding: 'utf8' });
    microseconds = output.trim().split('\n').map(Number);
  });

  test('every lookup of every process is counted once', async () => {
    const report = await readHitReport(join(cache, '.larder'));
    // 2 epochs of 2 workers of 100 lookups, every second one there; 3 epochs of 300 by workers that outlive them; then 100,000 of val and of a third font.
    const byEpoch = new Map(report.byEpoch.map(({ name, hits, misses }) => [name, [hits, misses]]));
    expect(Object.fromEntries(byEpoch)).toEqual({ 'train 0': [100, 100], 'train 1': [100_100, 100], ...Object.fromEntries([10, 11, 12].map((epoch) => [`train ${epoch}`, [150, 150]])), 'val 0': [100_000, 0] });
    expect(report.byFont.find(({ name }) => name === 'fonts/A.ttf')).toMatchObject({ hits: 650, misses: 650 });
    expect(report.total).toMatchObject({ hits: 200_650, misses: 650 });
    expect(report.unreadableLines).toBe(0);
  });

  test('a miss takes as long as drawing it took, and hits saved that', async () => {
    const { byFont } = await readHitReport(join(cache, '.larder'));
    const font = byFont.find(({ name }) => name === 'fonts/A.ttf')!;
    expect(font.missSeconds / font.misses).toBeGreaterThan(0.001);
    expect(font.secondsSaved!).toBeGreaterThan(0.6);
  });

  test('a count costs training less than 20 microseconds', () => {
    console.log(`a count takes ${microseconds.map((value) => value.toFixed(2)).join(' and ')} microseconds (by hand, watched)`);
    for (const value of microseconds) expect(value).toBeLessThan(20);
  });

  test('a log is of one process and of lines', async () => {
    const names = await readdir(join(cache, '.larder'));
    expect(names.length).toBeGreaterThanOrEqual(5);
    for (const name of names) expect(await readFile(join(cache, '.larder', name), 'utf8')).toMatch(/^(\{.*\}\n)+$/);
  });
});

describe('logs written by hand', () => {
  const line = (fields: object): string => `${JSON.stringify({ hits: 10, misses: 5, hit_seconds: 0.1, miss_seconds: 0.5, time: 1_700_000_000, split: 'train', epoch: 0, font: 'a', ...fields })}\n`;

  test('sums, minutes and what was saved', async () => {
    const logs = join(folder, 'by-hand');
    await mkdir(logs);
    await writeFile(join(logs, 'hits-1.jsonl'), line({}) + line({ time: 1_700_000_100, split: 'val', misses: 0, miss_seconds: 0, font: 'b' }));
    await writeFile(join(logs, 'hits-2.jsonl'), `${line({})}not a line\n{"hits":-1}\n${line({}).slice(0, 40)}`);
    await writeFile(join(logs, 'other.jsonl'), line({}));
    const report = await readHitReport(logs);
    // A miss took 1.0 s / 10 = 0.1 s: 30 hits would have taken 3 s and took 0.3 s.
    expect(report.total).toMatchObject({ hits: 30, misses: 10 });
    expect(report.total.secondsSaved).toBeCloseTo(2.7);
    // val has no miss of its own: 10 hits of 0.1 s, less the 0.1 s they took.
    expect(report.bySplit.find(({ name }) => name === 'val')?.secondsSaved).toBeCloseTo(0.9);
    expect(report.byMinute.map(({ name }) => name)).toEqual(['2023-11-14T22:13Z', '2023-11-14T22:15Z']);
    expect(report.unreadableLines).toBe(3);
  });

  test('no log at all', async () => {
    expect(await readHitReport(join(folder, 'nowhere'))).toMatchObject({ total: { hits: 0, misses: 0, secondsSaved: null }, byFont: [] });
  });
});
