import { expect, it } from 'vitest';
import { imageKey } from '../../src-main/kinds/image/cache-json.ts';
import { benchImageCatalog, searchedParts } from './bench-image-catalog.ts';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { syntheticEntries } from './synthetic-image-cache.ts';

it('makes as many different entries as asked for, with true keys', () => {
  const entries = Array.from(syntheticEntries(1_001));
  expect(entries).toHaveLength(1_001);
  expect(new Set(entries.map(({ key }) => key)).size).toBe(1_001);
  for (const { key, text, fontPath } of entries.slice(0, 20)) expect(key).toBe(imageKey({ text, fontPath, height: 32 }));
});

it('searches fifty different parts, of one character and of more', () => {
  const parts = searchedParts(Array.from(syntheticEntries(8_000), ({ text }) => text));
  expect(parts).toHaveLength(50);
  expect(new Set(parts.map((part) => part.length)).has(1)).toBe(true);
  expect(parts.some((part) => /[\u1780-\u17ff]/.test(part))).toBe(true);
});

it('measures a small catalog', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'larder-bench-'));
  const { figures } = await benchImageCatalog(folder, 500, 2);
  await rm(folder, { recursive: true });
  expect(figures.map(({ larder }) => larder.length)).toEqual([98, 2, 2, 2]);
});
