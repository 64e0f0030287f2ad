import { mkdtempSync, readdirSync, rmSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { PreviewStore } from './preview-store.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'larder-previews-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const id = (digit: string): string => digit.repeat(32);
const bytes = (count: number) => async (path: string) => writeFileSync(path, Buffer.alloc(count));

it('keeps what was made, also for the next start', async () => {
  const made = await new PreviewStore(folder, 'png', () => 100).make(id('a'), bytes(10));
  expect(await new PreviewStore(folder, 'png', () => 100).find(id('a'))).toEqual(made);
  expect(await new PreviewStore(folder, 'png', () => 100).find(id('b'))).toBeUndefined();
});

it('removes the longest unused first, and never the one just made', async () => {
  const store = new PreviewStore(folder, 'png', () => 25);
  for (const digit of ['a', 'b']) await store.make(id(digit), bytes(10));
  await store.find(id('a'));
  await store.make(id('c'), bytes(10));
  expect(readdirSync(folder).toSorted()).toEqual([`${id('a')}.10.png`, `${id('c')}.10.png`]);
  await store.make(id('d'), bytes(90));
  expect(readdirSync(folder)).toEqual([`${id('d')}.90.png`]);
});

it('does not believe a file that is shorter than its name says', async () => {
  const store = new PreviewStore(folder, 'png', () => 100);
  const { path } = await store.make(id('a'), bytes(10));
  truncateSync(path, 3);
  expect(await store.find(id('a'))).toBeUndefined();
  await new PreviewStore(folder, 'png', () => 100).find(id('b'));
  expect(readdirSync(folder)).toEqual([]);
});

it('leaves nothing behind when making fails, and sweeps what a dead process left', async () => {
  const store = new PreviewStore(folder, 'png', () => 100);
  const failing = store.make(id('a'), async (path) => {
    writeFileSync(path, 'half');
    throw new Error('no');
  });
  await expect(failing).rejects.toThrow('no');
  const left = join(folder, `${id('b')}.0a0b0c0d.part`);
  writeFileSync(left, 'half');
  utimesSync(left, new Date(0), new Date(0));
  await new PreviewStore(folder, 'png', () => 100).find(id('a'));
  expect(readdirSync(folder)).toEqual([]);
});
