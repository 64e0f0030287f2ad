import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readOptions } from './options.ts';
import { keepResult, readResults } from './results.ts';

it('runs everything it can measure itself, five times', () => {
  expect(readOptions([])).toMatchObject({ parts: ['pipeline', 'verify', 'catalog', 'directory', 'list', 'images', 'forecast'], runs: 5 });
});

it('runs the parts that are named, by either way of naming them', () => {
  expect(readOptions(['--only', 'catalog,list', '--forecast']).parts).toEqual(['catalog', 'list', 'forecast']);
  expect(() => readOptions(['--only', 'catalogue'])).toThrow(/no part "catalogue"; the parts are pipeline, verify/);
  expect(() => readOptions(['--only', 'pages'])).toThrow(/bench:ui/);
  expect(() => readOptions(['--runs', '0'])).toThrow(/above 0/);
});

it('keeps what earlier runs measured of other parts, in the order of the document', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'larder-results-'));
  try {
    const file = join(folder, 'results.json');
    const part = (title: string) => ({ date: '2026-01-31', facts: [], section: { title, about: '', figures: [] } });
    await keepResult('list', part('old list'), file);
    await keepResult('pipeline', part('pipeline'), file);
    await keepResult('list', part('new list'), file);
    const kept = await readResults(file);
    expect(Object.entries(kept).map(([id, { section }]) => `${id}: ${section.title}`)).toEqual(['pipeline: pipeline', 'list: new list']);
    expect(await readResults(join(folder, 'none.json'))).toEqual({});
  } finally {
    await rm(folder, { recursive: true });
  }
});
