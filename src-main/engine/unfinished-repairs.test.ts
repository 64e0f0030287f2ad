import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { CacheLayout } from '../store/index.ts';
import { cacheLayout, quarantineFile } from '../store/index.ts';
import { findUnfinishedRepairs } from './unfinished-repairs.ts';

let layout: CacheLayout;
beforeEach(async () => {
  layout = cacheLayout(await mkdtemp(join(tmpdir(), 'larder-unfinished-')));
});
afterEach(() => rm(layout.directory, { recursive: true }));

async function setAside(key: string, code: string, nowMs = 1): Promise<void> {
  await writeFile(join(layout.directory, `${key}.pt`), 'bytes');
  await quarantineFile(layout, { file: `${key}.pt`, key, name: `scan ${key}`, reason: { code, message: 'why' }, nowMs, larderVersion: '0' });
}

it('finds what a repair set aside and did not make again, and leaves what a person cleared', async () => {
  await setAside('a', 'crc-mismatch');
  await setAside('b', 'cleared');
  await setAside('c', 'truncated');
  await writeFile(join(layout.directory, 'c.pt'), 'made again');
  expect(await findUnfinishedRepairs(layout)).toEqual([{ key: 'a', name: 'scan a', code: 'crc-mismatch', reason: { code: 'crc-mismatch', message: 'why' } }]);
});

it('finds metadata that had no picture, which a repair would have drawn', async () => {
  await setAside('a', 'metadata-orphan');
  await setAside('b', 'stray-temp');
  expect(await findUnfinishedRepairs(layout)).toEqual([{ key: 'a', name: 'scan a', code: 'metadata-orphan', reason: { code: 'metadata-orphan', message: 'why' } }]);
});

it('leaves what a person cleared after a repair had set an earlier one aside', async () => {
  await setAside('a', 'crc-mismatch');
  await setAside('a', 'cleared', 2);
  expect(await findUnfinishedRepairs(layout)).toEqual([]);
});

it('finds nothing where nothing was set aside', async () => {
  expect(await findUnfinishedRepairs(layout)).toEqual([]);
});
