import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { KHMER_FONTS, createImageSetting, khmerLines } from './setting.ts';

afterEach(() => vi.unstubAllEnvs());

interface Run {
  readonly jobs: number;
  readonly isReversed?: boolean;
  readonly environment?: Readonly<Record<string, string>>;
}

/** sha256 of every picture and of the index, by name. */
async function digestsOf({ jobs, isReversed = false, environment = {} }: Run): Promise<Readonly<Record<string, string>>> {
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  await using setting = await createImageSetting();
  const lines = khmerLines(24);
  await setting.writeCorpus({ train: isReversed ? lines.toReversed() : lines });
  const made = await setting.run('pregenerate', '--corpus-dir', 'corpus', '--fonts-dir', KHMER_FONTS!, '--cache', 'cache', '--jobs', String(jobs), '--json');
  expect(made.exitCode, made.stderr).toBe(0);
  const names = (await readdir(setting.path('cache', 'images'))).sort().map((name) => join('images', name));
  const digests: Record<string, string> = {};
  for (const name of [...names, 'cache_index.json']) digests[name] = createHash('sha256').update(await readFile(setting.path('cache', name))).digest('hex');
  return digests;
}

describe.skipIf(KHMER_FONTS === undefined)('pictures and index have the same bytes', () => {
  it('whatever the number of workers, the order of the lines, the language, the time zone and the font settings of the system', { timeout: 240_000 }, async () => {
    const first = await digestsOf({ jobs: 1 });
    expect(Object.keys(first)).toHaveLength(24 * 8 + 1);
    expect(await digestsOf({ jobs: 1 })).toEqual(first);
    expect(await digestsOf({ jobs: 3, isReversed: true })).toEqual(first);
    expect(await digestsOf({ jobs: 2, environment: { LANG: 'tr_TR.UTF-8', LC_ALL: 'tr_TR.UTF-8', TZ: 'Pacific/Kiritimati' } })).toEqual(first);
    expect(await digestsOf({ jobs: 2, environment: { LANG: 'C', LC_ALL: 'C', FONTCONFIG_FILE: '/nowhere/fonts.conf', PANGOCAIRO_BACKEND: 'nothing' } })).toEqual(first);
  });
});
