import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { answerViolations, namingViolations, outsideViolations, servedViolations } from './check.ts';
import type { Outside } from './outside.ts';
import { linkedFolderViolations } from './linked-folder.ts';
import { SECRET, blindness, forgetReadings, lookOutside, makeOutside, readingsOf } from './outside.ts';

let root: string;
let outside: Outside;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'larder-links-'));
  mkdirSync(join(root, 'cache'));
  writeFileSync(join(root, 'cache', 'a.pt'), 'entry');
  outside = makeOutside(join(root, 'outside'), join(root, 'cache'));
});
afterEach(() => rmSync(root, { recursive: true }));

/** What the checker says of something that is done from inside, through a link. */
function after(work: (link: (to: string) => string) => void): string[] {
  const before = lookOutside(outside);
  forgetReadings(outside);
  work((to) => {
    const link = join(root, 'cache', 'link');
    symlinkSync(join(outside.directory, to), link);
    return link;
  });
  const readings = readingsOf(outside, before.keys());
  return outsideViolations(before, readings, lookOutside(outside));
}

it('has nothing to say where nothing is done', () => {
  expect(after((link) => void link('secret.txt'))).toEqual([]);
});

it('sees what is changed, removed and made outside', () => {
  expect(after((link) => writeFileSync(link('secret.txt'), 'other'))).toContain('secret.txt outside was changed');
  expect(after(() => rmSync(join(outside.directory, 'folder'), { recursive: true }))).toEqual(expect.arrayContaining(['folder outside was removed', 'folder/inside.txt outside was removed']));
  rmSync(join(root, 'cache', 'link'));
  expect(after((link) => writeFileSync(link('nowhere'), 'x'))).toContain('nowhere was made outside');
});

it('sees what is only read, where the file system notes it', ({ skip }) => {
  skip(blindness(outside) !== undefined, 'this file system does not note when a file is read');
  expect(after((link) => void readFileSync(link('secret.txt')))).toEqual(['secret.txt outside was read']);
});

it('sees a secret that is told, a link that is not named, one that is served, and a hang', () => {
  const result = { code: 1, signal: null, stdout: '{"type":"findingFound","finding":{"file":"a.pt"}}\n', stderr: '' };
  expect(answerViolations(result, 10)).toEqual([]);
  expect(answerViolations({ ...result, stderr: SECRET }, 10)).toEqual(['it tells what lies outside']);
  expect(answerViolations({ ...result, code: 9 }, 10)).toEqual(['exit code 9']);
  expect(answerViolations(result, 11_000)[0]).toMatch(/11\.0 s/);
  expect(namingViolations(result, 'a')).toEqual([]);
  expect(namingViolations(result, 'b.pt')[0]).toMatch(/does not name b\.pt/);
  expect(servedViolations('vol', 404, 'not here')).toEqual([]);
  expect(servedViolations('vol', 200, 'bytes')[0]).toMatch(/serves an entry that is a link/);
  expect(servedViolations('vol', 404, SECRET)[0]).toMatch(/what lies outside/);
  expect(servedViolations('vol', 500, 'oh')[0]).toMatch(/500/);
});

it('sees a cache behind a link that is not made again, and a link that became a folder', async () => {
  const cache = join(root, 'linked');
  const entry = `${'0'.repeat(32)}.pt`;
  mkdirSync(cache);
  writeFileSync(join(cache, entry), 'entry');
  const field = { kind: 'volume', cache, keys: ['0'.repeat(32)], outside, root, reset: () => undefined } as const;
  const idle = { code: 0, signal: null, stdout: '', stderr: '' };
  const violationsOf = async (run: (words: readonly string[]) => void): Promise<string[]> =>
    await linkedFolderViolations({ ...field, run: (...words) => Promise.resolve(run(words)).then(() => idle) });
  expect(await violationsOf(() => undefined)).toEqual([]);
  expect(await violationsOf(([name]) => rmSync(join(cache, name === 'fix' ? entry : 'nothing'), { force: true }))).toEqual([`volume, a cache whose folder is a link: ${entry} is not as it was`]);
  expect(await linkedFolderViolations({ ...field, run: () => Promise.resolve({ ...idle, code: 1 }) })).toHaveLength(6);
  const unlinked = await violationsOf(([name]) => {
    if (name !== 'generate') return;
    rmSync(cache);
    mkdirSync(cache);
  });
  expect(unlinked[0]).toMatch(/generate .*the link is gone/);
});
