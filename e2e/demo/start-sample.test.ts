import { mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { SAMPLE_REPOSITORY } from '../sample/index.ts';
import { startSample } from './start-sample.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'larder-sample-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

it('makes the project, serves its raw files, and uses them again the next time', async () => {
  const first = await startSample(folder);
  const config = await readFile(first.configPath, 'utf8');
  expect(config).toContain(JSON.stringify(first.endpoint));
  const answer = (await (await fetch(`${first.endpoint}/api/datasets/${SAMPLE_REPOSITORY}/revision/main`)).json()) as { readonly siblings?: unknown; readonly sha: string };
  expect(answer.sha).toMatch(/^[0-9a-f]{40}$/);
  const uploads = join(folder, 'hub');
  const names = await readdir(uploads);
  expect(names).toHaveLength(15);
  const times = await Promise.all(names.map(async (name) => (await stat(join(uploads, name))).mtimeMs));
  await first.close();
  await expect(fetch(first.endpoint)).rejects.toThrow();

  const second = await startSample(folder);
  expect(await Promise.all(names.map(async (name) => (await stat(join(uploads, name))).mtimeMs))).toEqual(times);
  expect(await readFile(second.configPath, 'utf8')).toContain(JSON.stringify(second.endpoint));
  await second.close();
});

it('says where it could not be written', async () => {
  await writeFile(join(folder, 'file'), '');
  await expect(startSample(join(folder, 'file'))).rejects.toMatchObject({ message: expect.stringContaining(join(folder, 'file')) as string });
});
