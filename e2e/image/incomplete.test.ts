import { copyFile, readFile, rm, stat } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { KHMER_FONTS, createImageSetting } from './setting.ts';

const WORDS = ['--corpus-dir', 'corpus', '--fonts-dir', KHMER_FONTS!, '--cache-dir', 'cache', '--splits', 'train'] as const;

it.skipIf(KHMER_FONTS === undefined)('a picture without metadata is told by the plan and completed, where it is what would be drawn', async () => {
  await using setting = await createImageSetting();
  await setting.writeCorpus({ train: ['ក', 'ខ', 'គ'] });
  const pregenerate = ['pregenerate', ...WORDS, '--jobs', '1', '--yes'];
  expect((await setting.run(...pregenerate)).exitCode).toBe(0);
  const keys = Object.keys(JSON.parse(await readFile(setting.path('cache', 'cache_index.json'), 'utf8')) as object);
  const [first, second] = keys as [string, string];
  const metadataOf = (key: string): string => setting.path('cache', 'metadata', `${key}.json`);
  const imageOf = (key: string): string => setting.path('cache', 'images', `${key}.png`);
  const whole = await readFile(metadataOf(first));
  const pictured = await stat(imageOf(first), { bigint: true });
  await rm(metadataOf(first));

  const plan = JSON.parse((await setting.run('pregenerate', ...WORDS, '--dry-run', '--json')).stdout) as { readonly required: number; readonly present: number; readonly items: readonly { readonly key: string }[]; readonly warnings: readonly string[] };
  expect([plan.required, plan.present, plan.items.map(({ key }) => key)]).toEqual([keys.length, keys.length - 1, [first]]);
  expect(plan.warnings).toContain('1 entry is there without its metadata/….json: it is made again to be compared, and where nothing differs only what is missing is written.');
  const completed = await setting.run(...pregenerate);
  expect(completed.exitCode).toBe(0);
  expect(completed.stdout).toContain('1 image was there without metadata');
  // Byte for byte: the time in it is that of the picture, which nobody touched.
  expect((await readFile(metadataOf(first))).equals(whole)).toBe(true);
  expect((await stat(imageOf(first), { bigint: true })).ctimeNs).toBe(pictured.ctimeNs);
  expect((await setting.run('verify', '--cache', 'cache')).exitCode).toBe(0);

  // The picture of another line under its name.
  await copyFile(imageOf(second), imageOf(first));
  await rm(metadataOf(first));
  const left = await setting.run(...pregenerate);
  expect(left.exitCode).toBe(1);
  expect(left.stdout).toMatch(new RegExp(`Not rendered: images/${first}.png .* stays as it is`));
  expect((await readFile(imageOf(first))).equals(await readFile(imageOf(second)))).toBe(true);
  await expect(stat(metadataOf(first))).rejects.toMatchObject({ code: 'ENOENT' });
  // The metadata of all others are as they were, and nothing is left over.
  await rm(imageOf(first));
  expect((await setting.run(...pregenerate)).exitCode).toBe(0);
  expect((await setting.run('verify', '--cache', 'cache')).exitCode).toBe(0);
});

it.skipIf(KHMER_FONTS === undefined)('what a repair is told to look at has its metadata after it', async () => {
  await using setting = await createImageSetting();
  await setting.writeCorpus({ train: ['ក', 'ខ'] });
  const pregenerate = ['pregenerate', ...WORDS, '--jobs', '1', '--yes'];
  expect((await setting.run(...pregenerate)).exitCode).toBe(0);
  const [first, second] = Object.keys(JSON.parse(await readFile(setting.path('cache', 'cache_index.json'), 'utf8')) as object) as [string, string];
  await copyFile(setting.path('cache', 'images', `${second}.png`), setting.path('cache', 'images', `${first}.png`));
  await rm(setting.path('cache', 'metadata', `${first}.json`));
  expect((await setting.run(...pregenerate)).exitCode).toBe(1);
  await setting.run('fix', '--cache', 'cache', '--corpus-dir', 'corpus', '--fonts-dir', KHMER_FONTS!, '--yes');
  const metadata = JSON.parse(await readFile(setting.path('cache', 'metadata', `${first}.json`), 'utf8')) as { readonly cache_key: string };
  expect(metadata.cache_key).toBe(first);
  expect((await setting.run(...pregenerate)).exitCode).toBe(0);
});
