import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { IMAGE_FORM } from './cache-form.ts';
import { momentViolations, readCache } from './check.ts';
import type { CacheState } from './check.ts';
import { indexViolations } from './index-check.ts';

/** A cache as the original Python class wrote it. */
const GOLDEN = join(import.meta.dirname, '../../../src-main/kinds/image/__fixtures__/intact');
const NOTHING: CacheState = { entries: new Map(), aside: [], leftovers: [] };

let directory: string;
let picture: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'larder-image-check-'));
  cpSync(GOLDEN, directory, { recursive: true });
  picture = readdirSync(join(directory, 'images'))[0]!;
});
afterEach(() => rmSync(directory, { recursive: true }));

const look = (): CacheState => readCache(directory, IMAGE_FORM);

it('has nothing to say about a cache of the original', () => {
  expect(momentViolations(NOTHING, look(), IMAGE_FORM)).toEqual([]);
  expect(indexViolations(look(), true, false)).toEqual([]);
  expect(look().leftovers).toEqual([]);
});

it('sees half a picture, half metadata, and a draft beside them', () => {
  writeFileSync(join(directory, 'images', picture), readFileSync(join(directory, 'images', picture)).subarray(0, 60));
  const metadata = join(directory, 'metadata', readdirSync(join(directory, 'metadata'))[0]!);
  writeFileSync(metadata, readFileSync(metadata).subarray(0, 60));
  writeFileSync(join(directory, 'images', 'x.larder-tmp'), '');
  const violations = momentViolations(NOTHING, look(), IMAGE_FORM);
  expect(violations).toHaveLength(2);
  expect(violations[0]).toMatch(/^images\/.*not whole/);
  expect(violations[1]).toMatch(/^metadata\/.*says no text/);
  expect(look().leftovers).toEqual(['images/x.larder-tmp']);
});

it('sees an index that lists too much, too little, other texts, half of it and none', () => {
  const path = join(directory, 'cache_index.json');
  const sound = JSON.parse(readFileSync(path, 'utf8')) as Record<string, Record<string, unknown>>;
  const [key] = Object.keys(sound) as [string];
  const say = (value: unknown): void => writeFileSync(path, JSON.stringify(value));
  say({ ...sound, [key]: { ...sound[key], text: 'another' } });
  expect(indexViolations(look(), true, false)).toEqual([`the index says another text of ${key} than its metadata`]);
  const { [key]: _left, ...rest } = sound;
  say(rest);
  expect(indexViolations(look(), true, false)).toEqual([`the index does not list ${key}`]);
  // While entries are made it lags behind.
  expect(indexViolations(look(), false, false)).toEqual([]);
  say(sound);
  rmSync(join(directory, 'images', `${key}.png`));
  expect(indexViolations(look(), false, false)).toEqual([`the index lists ${key}, which is not there`]);
  expect(indexViolations(look(), false, true)).toEqual([]);
  writeFileSync(path, '{"a": ');
  expect(indexViolations(look(), false, true)[0]).toMatch(/not whole/);
  rmSync(path);
  expect(indexViolations(look(), true, true)).toEqual(['there is no index in the end']);
});
