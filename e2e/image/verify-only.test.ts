import { readdir, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Finding } from '../../src-main/contract/findings.ts';
import { createImageSetting, jsonLines } from './setting.ts';
import type { ImageResult } from './setting.ts';

const told = (result: ImageResult): string[] => jsonLines<{ finding: Finding }>(result, 'findingFound').map(({ finding }) => `${finding.code} ${finding.key}`);
const counted = (result: ImageResult): unknown => jsonLines(result, 'result')[0];

it('reads what was chosen and nothing else, and keeps what was found about the rest', async () => {
  await using setting = await createImageSetting();
  const root = await setting.copyGolden('intact', 'cache');
  const keys = (await readdir(join(root, 'images'))).sort().map((name) => name.slice(0, -'.png'.length));
  const [one, other, third] = keys as [string, string, string];
  const verify = (...words: string[]): Promise<ImageResult> => setting.run('verify', '--cache', 'cache', '--json', ...words);
  expect(counted(await verify())).toMatchObject({ entries: keys.length, sound: keys.length });
  await truncate(join(root, 'images', `${one}.png`), 0);
  await truncate(join(root, 'images', `${other}.png`), 0);

  const ofOther = await verify('--only', other);
  expect(told(ofOther)).toEqual([`image-empty ${other}`]);
  expect(counted(ofOther)).toMatchObject({ entries: 1, sound: 0, damaged: 1 });
  const sound = await verify('--only', third);
  expect([sound.exitCode, told(sound), counted(sound)]).toMatchObject([0, [], { entries: 1, sound: 1 }]);

  // What is known to be damaged is still known, of an entry that was not read again.
  const damaged = await verify('--state', 'damaged');
  expect(told(damaged)).toEqual([`image-empty ${other}`]);
  expect(told(await verify()).sort()).toEqual([`image-empty ${one}`, `image-empty ${other}`]);
});
