import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Finding } from '../contract/findings.ts';
import type { JobOwner } from '../jobs/job-store.ts';
import { openDatabase } from './database.ts';
import { NUMBERS_BY_KEY_RANGE } from './entry-filter.ts';
import { SELECT_BY_ID, SELECT_BY_KEY } from './entry-rows.ts';
import { NUMBERS_BY_KEY } from './entry-view.ts';
import { openCatalog } from './index.ts';
import type { Catalog } from './index.ts';

let catalog: Catalog;
let cacheId: number;
beforeEach(() => {
  catalog = openCatalog({ path: ':memory:' });
  cacheId = catalog.caches.upsert({ kind: 'volume', directory: '/caches/a', addedAtMs: 10 }).id;
});
afterEach(() => catalog.close());

describe('caches', () => {
  it('are found by directory, and keep what is not given', () => {
    const cache = catalog.caches.upsert({ kind: 'volume', directory: '/caches/a', label: 'CT', requiredCount: 4 });
    expect(cache).toMatchObject({ id: cacheId, label: 'CT', requiredCount: 4, addedAtMs: 10 });
    expect(catalog.caches.upsert({ kind: 'image', directory: '/caches/a', label: null })).toMatchObject({ id: cacheId, kind: 'image', label: null, requiredCount: 4 });
    expect(catalog.caches.getByDirectory('/caches/b')).toBeUndefined();
  });

  it('are listed last opened first', () => {
    catalog.caches.upsert({ kind: 'image', directory: '/caches/b', addedAtMs: 20 });
    expect(catalog.caches.list().map((cache) => cache.directory)).toEqual(['/caches/b', '/caches/a']);
    catalog.caches.upsert({ kind: 'volume', directory: '/caches/a', lastOpenedAtMs: 30 });
    expect(catalog.caches.list().map((cache) => cache.directory)).toEqual(['/caches/a', '/caches/b']);
  });

  it('leave the list when they are forgotten, with all they know, and come back when they are opened or recalled', () => {
    expect(catalog.caches.forget(cacheId, 30)).toBe(true);
    expect(catalog.caches.list()).toEqual([]);
    expect(catalog.caches.get(cacheId)?.directory).toBe('/caches/a');
    expect(catalog.caches.recall(cacheId)).toBe(true);
    expect(catalog.caches.list()).toHaveLength(1);
    catalog.caches.forget(cacheId, 40);
    catalog.caches.upsert({ kind: 'volume', directory: '/caches/a', requiredCount: 5 });
    catalog.caches.upsert({ kind: 'volume', directory: '/caches/a', lastOpenedAtMs: 39 });
    expect(catalog.caches.list()).toEqual([]);
    catalog.caches.upsert({ kind: 'volume', directory: '/caches/a', lastOpenedAtMs: 50 });
    expect(catalog.caches.list()).toHaveLength(1);
    expect([catalog.caches.forget(999, 1), catalog.caches.recall(999)]).toEqual([false, false]);
  });
});

describe('findings', () => {
  const truncated: Finding = { code: 'truncated', severity: 'error', key: 'k1', file: 'k1.pt', message: 'Ends at 10 of 20 bytes.', details: { found: 10 } };
  const stale: Finding = { code: 'stale-temp', severity: 'warning', file: 'x.tmp', message: 'Nobody writes it.' };

  it('are replaced by scope', () => {
    catalog.findings.append(cacheId, [truncated, stale], { foundAtMs: 1, jobId: 'j1' });
    catalog.findings.replace(cacheId, { key: 'k1' }, [], { foundAtMs: 2 });
    expect(catalog.findings.list({ cacheId })).toMatchObject([{ ...stale, jobId: 'j1', foundAtMs: 1 }]);
    catalog.findings.replace(cacheId, { file: 'x.tmp' }, [truncated], { foundAtMs: 3 });
    expect(catalog.findings.list({ cacheId })).toMatchObject([truncated]);
    catalog.findings.replace(cacheId, 'all', [], { foundAtMs: 4 });
    expect(catalog.findings.list({ cacheId })).toEqual([]);
  });

  it('are filtered, paged and grouped', () => {
    catalog.entries.upsert(cacheId, [{ key: 'k1', file: 'k1.pt', sizeBytes: 70 }]);
    catalog.findings.append(cacheId, [stale, stale, truncated], { foundAtMs: 1 });
    expect(catalog.findings.groups(cacheId)).toEqual([
      { code: 'truncated', severity: 'error', count: 1, bytes: 70 },
      { code: 'stale-temp', severity: 'warning', count: 2, bytes: 0 },
    ]);
    const [first] = catalog.findings.list({ cacheId, codes: ['stale-temp'], limit: 1 });
    expect(catalog.findings.list({ cacheId, severities: ['warning'], after: first!.id })).toHaveLength(1);
    expect(catalog.findings.list({ cacheId, file: 'k1.pt' })).toMatchObject([truncated]);
    expect('key' in first!).toBe(false);
  });
});

describe('jobs', () => {
  const owner: JobOwner = { id: '7-1-ab', host: 'here', pid: 7, startTicks: 1 };

  it('are stored whole, changed in part, and listed newest first', () => {
    catalog.jobs.insert({ id: 'j1', cacheId, command: 'verify', arguments: { level: 'deep' }, createdAtMs: 1 });
    catalog.jobs.insert({ id: 'j2', command: 'fix', arguments: {}, createdAtMs: 2 });
    catalog.jobs.update('j1', { state: 'failed', error: { code: 'DISK_FULL', message: 'The disk is full.' }, endedAtMs: 9 });
    expect(catalog.jobs.get('j1')).toEqual({
      id: 'j1', cacheId, command: 'verify', state: 'failed', arguments: { level: 'deep' }, progress: null, result: null, owner: null,
      error: { code: 'DISK_FULL', message: 'The disk is full.' }, heartbeatAtMs: null, createdAtMs: 1, startedAtMs: null, endedAtMs: 9,
    });
    expect(catalog.jobs.list().map((job) => job.id)).toEqual(['j2', 'j1']);
    expect(catalog.jobs.list({ states: ['queued'] }).map((job) => job.id)).toEqual(['j2']);
    expect(catalog.jobs.list({ cacheId, states: ['queued', 'failed'] }).map((job) => job.id)).toEqual(['j1']);
    expect(catalog.jobs.list({ cacheId, limit: 0 })).toEqual([]);
  });

  it('refuse an id twice, and a change of none', () => {
    catalog.jobs.insert({ id: 'j1', command: 'clear', arguments: {}, createdAtMs: 1 });
    expect(() => catalog.jobs.insert({ id: 'j1', command: 'clear', arguments: {}, createdAtMs: 1 })).toThrow(expect.objectContaining({ code: 'ARGUMENT_INVALID' }));
    expect(() => catalog.jobs.update('j2', { state: 'failed' })).toThrow(expect.objectContaining({ code: 'JOB_NOT_FOUND' }));
  });

  it('are taken over once, from the dead only, and then have no heartbeat any more', () => {
    for (const id of ['dead', 'alive']) {
      catalog.jobs.insert({ id, command: 'generate', arguments: {}, createdAtMs: 1, state: 'running', owner: { ...owner, id } });
      expect(catalog.jobs.heartbeat(id, 5)).toBe('running');
    }
    const request = { nowMs: 100, isAlive: ({ id }: JobOwner, heartbeatAtMs: number) => heartbeatAtMs === 5 && id === 'alive' };
    expect(catalog.jobs.takeOver(request)).toMatchObject([{ id: 'dead', state: 'interrupted', endedAtMs: 100 }]);
    expect(catalog.jobs.takeOver(request)).toEqual([]);
    expect(catalog.jobs.heartbeat('dead', 200)).toBe('stopped');
    expect(catalog.jobs.get('alive')?.state).toBe('running');
  });

  it('are paused only while they run, tell it with the next sign of life, and are taken over like running ones', () => {
    catalog.jobs.insert({ id: 'j1', command: 'generate', arguments: {}, createdAtMs: 1, state: 'running', owner });
    expect(catalog.jobs.transition('j1', 'running', 'paused')).toBe(true);
    expect(catalog.jobs.transition('j1', 'running', 'paused')).toBe(false);
    expect(catalog.jobs.heartbeat('j1', 5)).toBe('paused');
    expect(catalog.jobs.transition('j1', 'paused', 'running')).toBe(true);
    expect(catalog.jobs.heartbeat('j1', 6)).toBe('running');
    catalog.jobs.transition('j1', 'running', 'paused');
    expect(catalog.jobs.takeOver({ nowMs: 100, isAlive: () => false })).toMatchObject([{ id: 'j1', state: 'interrupted' }]);
  });

  it('outlive their cache', () => {
    catalog.jobs.insert({ id: 'j1', cacheId, command: 'verify', arguments: {}, createdAtMs: 1 });
    catalog.caches.remove(cacheId);
    expect(catalog.jobs.get('j1')?.cacheId).toBeNull();
  });
});

it('measurements are the newest 200 of each key', () => {
  for (let i = 0; i < 205; i++) catalog.measurements.append('download', i, i);
  catalog.measurements.append('other', 1, 1);
  const values = catalog.measurements.list('download').map(({ value }) => value);
  expect(values).toHaveLength(200);
  expect([values[0], values.at(-1)]).toEqual([204, 5]);
  expect(catalog.measurements.list('download', 2).map(({ value }) => value)).toEqual([204, 203]);
  expect(catalog.measurements.list('other')).toHaveLength(1);
});

describe('query plans', () => {
  const cases: readonly (readonly [string, string, readonly (string | number)[], RegExp])[] = [
    ['entry by id', SELECT_BY_ID, [1], /SEARCH entry USING INTEGER PRIMARY KEY/],
    ['entry by key', SELECT_BY_KEY, [1, 'a'], /SEARCH entry USING INDEX sqlite_autoindex_entry_1 \(cacheId=\? AND key=\?\)/],
    ['key prefix', NUMBERS_BY_KEY_RANGE, [0, 1, 'a', 'b'], /SEARCH entry USING COVERING INDEX sqlite_autoindex_entry_1 \(cacheId=\? AND key>\? AND key<\?\)/],
    ['order by key', NUMBERS_BY_KEY, [0, 1, '', 10], /SEARCH entry USING COVERING INDEX sqlite_autoindex_entry_1 \(cacheId=\? AND key>\?\)/],
    ['jobs by time', 'SELECT * FROM job ORDER BY createdAtMs DESC LIMIT ?', [1], /USING INDEX jobByTime/],
    ['findings of an entry', 'SELECT * FROM finding WHERE cacheId = ? AND key = ? ORDER BY id LIMIT ?', [1, 'a', 1], /USING INDEX findingByKey/],
  ];
  it.each(cases)('%s uses an index and sorts nothing', (_, sql, values, plan) => {
    const { handle } = openDatabase(':memory:');
    const details = handle.all<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`, ...values).map(({ detail }) => detail).join('\n');
    expect(details).toMatch(plan);
    expect(details).not.toMatch(/TEMP B-TREE|SCAN entry(?! USING)/);
    handle.close();
  });
});
