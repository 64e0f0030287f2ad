import { readFile, rm, writeFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { KHMER_FONTS, createImageSetting } from './setting.ts';

it.skipIf(KHMER_FONTS === undefined)('metadata whose picture is gone are set aside before the line is drawn again, whatever they say', async () => {
  await using setting = await createImageSetting();
  await setting.writeCorpus({ train: ['ក', 'ខ'] });
  const words = ['pregenerate', '--corpus-dir', 'corpus', '--fonts-dir', KHMER_FONTS!, '--cache-dir', 'cache', '--splits', 'train', '--jobs', '1', '--yes'];
  expect((await setting.run(...words)).exitCode).toBe(0);
  const keys = Object.keys(JSON.parse(await readFile(setting.path('cache', 'cache_index.json'), 'utf8')) as object);
  const [key] = keys;
  const metadata = setting.path('cache', 'metadata', `${key}.json`);
  const whole = await readFile(metadata);
  await writeFile(metadata, 'all that is left');
  await rm(setting.path('cache', 'images', `${key}.png`));
  expect((await setting.run(...words)).exitCode).toBe(0);
  // But for the time it was made, what belongs there.
  const fields = (bytes: Buffer): object => ({ ...(JSON.parse(bytes.toString('utf8')) as object), created_at: '' });
  expect(fields(await readFile(metadata))).toEqual(fields(whole));
  const aside = (await setting.run('quarantine', 'ls', '--cache', 'cache', '--json')).stdout.trim().split('\n').map((line) => JSON.parse(line) as { readonly type: string; readonly file?: string; readonly code?: string });
  expect(aside.filter(({ file }) => file !== undefined)).toMatchObject([{ file: `metadata/${key}.json`, code: 'metadata-orphan' }]);
  expect((await setting.run('verify', '--cache', 'cache')).exitCode).toBe(0);
});
