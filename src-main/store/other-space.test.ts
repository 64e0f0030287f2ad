import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cacheLayout, listStaging, lockCache, openClaims, currentOwner, sweepClaims, sweepStaging } from './index.ts';
import type { CacheLayout } from './index.ts';

/** Starts a process whose number nobody outside can ask after, under the same host name: as a container on the network of its host. */
const APART = ['unshare', '--pid', '--fork', '--kill-child', '--mount-proc'] as const;
const CAN_BE_APART = spawnSync(APART[0], [...APART.slice(1), 'true']).status === 0;
if (!CAN_BE_APART) console.warn('A process space of its own is left out: this user may make none (unshare --pid).');

/** Works in a cache, of which it has a staging folder, a claim and, if asked, the lock, until it is ended. */
const WORKER = `
const { cacheLayout, lockCache, openClaims, openStaging } = await import(process.argv[2]);
const layout = cacheLayout(process.argv[3]);
const staging = await openStaging(layout);
await openClaims(layout, staging.owner).take('item');
if (process.argv[4] === 'lock') await lockCache(layout, { ownStaging: staging.directory });
process.stdout.write('working');
setInterval(() => undefined, 1000);
`;

let folder: string;
let layout: CacheLayout;
const undo: (() => unknown)[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'larder-space-'));
  layout = cacheLayout(folder);
});
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
  await rm(folder, { recursive: true });
});

async function startApart(what: 'lock' | 'staging'): Promise<void> {
  const store = pathToFileURL(join(import.meta.dirname, 'index.ts')).href;
  const child = spawn(APART[0], [...APART.slice(1), process.execPath, '--input-type=module', '-e', WORKER, '--', '', store, folder, what], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => child.on('close', resolve));
  undo.push(() => {
    child.kill('SIGKILL');
    return ended;
  });
  await new Promise<void>((resolve, reject) => {
    child.stdout.once('data', () => resolve());
    void ended.then(() => reject(new Error('It has ended.')));
  });
}

describe.skipIf(!CAN_BE_APART)('a process in a space of its own that lives', () => {
  it('keeps its staging folder and its claims, and keeps others from locking', async () => {
    await startApart('staging');
    expect((await listStaging(layout)).map(({ isAlive }) => isAlive)).toEqual([true]);
    expect([await sweepStaging(layout), await sweepClaims(layout)]).toEqual([0, 0]);
    expect(await openClaims(layout, currentOwner()).take('item')).toBe(false);
    await expect(lockCache(layout)).rejects.toMatchObject({ code: 'CACHE_IN_USE' });
    expect(existsSync(layout.staging)).toBe(true);
  });

  it('keeps its lock', async () => {
    await startApart('lock');
    await expect(lockCache(layout, { besideWriters: true })).rejects.toMatchObject({ code: 'CACHE_IN_USE' });
  });
});
