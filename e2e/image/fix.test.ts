import { createHash } from 'node:crypto';
import { readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Finding } from '../../src-main/contract/findings.ts';
import { greyPixels, pixelsMd5, readPng } from '../../src-main/formats/png/index.ts';
import { GOLDEN, KHMER_FONTS, createImageSetting, jsonLines, readGolden } from './setting.ts';
import type { ImageResult } from './setting.ts';

interface Damage {
  readonly id: string;
  readonly keys: readonly string[];
  readonly files: readonly string[];
  readonly after: string;
}
const { damages, recover_texts: texts, undamaged_keys: undamaged } = await readGolden<{ damages: Damage[]; recover_texts: string[]; undamaged_keys: string[] }>('damages.json');
const { entries } = await readGolden<{ entries: { key: string; pixels_md5: string }[] }>('expectations.json');
const pixelsOf = new Map(entries.map((entry) => [entry.key, entry.pixels_md5]));

const read = (root: string, file: string): Promise<Buffer> => readFile(join(root, file));
const findingsOf = (result: ImageResult): Finding[] => jsonLines<{ finding: Finding }>(result, 'findingFound').map(({ finding }) => finding);

async function metadata(root: string, key: string): Promise<Record<string, unknown>> {
  return JSON.parse(await readFile(join(root, 'metadata', `${key}.json`), 'utf8')) as Record<string, unknown>;
}

/** sha256 of every file but Larder's own. */
async function tree(root: string): Promise<Record<string, string>> {
  const files = (await readdir(root, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile() && !entry.parentPath.includes('.larder'));
  const pairs = await Promise.all(files.map(async (entry) => [join(entry.parentPath, entry.name).slice(root.length), createHash('sha256').update(await readFile(join(entry.parentPath, entry.name))).digest('hex')] as const));
  return Object.fromEntries(pairs.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** What the golden file says of each damage after the repair, as checks. */
async function checkAfter(root: string, damage: Damage): Promise<void> {
  const index = JSON.parse(await readFile(join(root, 'cache_index.json'), 'utf8')) as Record<string, unknown>;
  for (const key of damage.keys) {
    expect(index, damage.id).toHaveProperty(key);
    const png = readPng(await read(root, `images/${key}.png`));
    expect(png.problems, damage.id).toEqual([]);
    const facts = await metadata(root, key);
    expect(facts, damage.id).toMatchObject({ cache_key: key, image_width: png.header!.width, image_height: png.header!.height });
    if (/image and metadata byte-identical/.test(damage.after)) expect(await read(root, `metadata/${key}.json`)).toEqual(await read(join(GOLDEN, 'intact'), `metadata/${key}.json`));
    if (/image (?:and metadata )?byte-identical/.test(damage.after)) expect(await read(root, `images/${key}.png`)).toEqual(await read(join(GOLDEN, 'intact'), `images/${key}.png`));
    if (/metadata equal to intact/.test(damage.after)) {
      const { created_at: _now, ...rest } = facts;
      const { created_at: _then, ...wanted } = await metadata(join(GOLDEN, 'intact'), key);
      expect(rest, damage.id).toEqual(wanted);
    }
    if (/pixels_md5 as in intact/.test(damage.after)) expect(pixelsMd5(greyPixels(png.header!, png.content!)!)).toBe(pixelsOf.get(key));
  }
}

describe.skipIf(KHMER_FONTS === undefined)('fix', () => {
  it('reaches the stated state of every damage, keeps what it replaces, and changes nothing the second time', async () => {
    await using setting = await createImageSetting();
    const root = await setting.copyGolden('damaged', 'cache');
    await setting.writeCorpus({ train: texts });
    const words = ['fix', '--cache', 'cache', '--fonts-dir', KHMER_FONTS!, '--corpus-dir', 'corpus', '--json'];
    const before = await tree(root);
    const first = await setting.run(...words);
    expect([first.exitCode, jsonLines(first, 'result')]).toMatchObject([0, [{ notRemade: [] }]]);
    for (const damage of damages) if (damage.id !== 'duplicate-content') await checkAfter(root, damage);
    for (const key of undamaged) expect(await read(root, `images/${key}.png`)).toEqual(await read(join(GOLDEN, 'intact'), `images/${key}.png`));

    const index = JSON.parse(await readFile(join(root, 'cache_index.json'), 'utf8')) as Record<string, unknown>;
    expect(Object.keys(index).sort()).toEqual(entries.map(({ key }) => key).sort());
    expect(await readdir(join(root, 'images'))).toContain('Thumbs.db');
    expect((await readdir(join(root, 'images'))).filter((name) => name.endsWith('.tmp'))).toEqual([]);

    // Every file that is not what it was any more lies in quarantine, with the bytes it had.
    const now = await tree(root);
    const aside = new Set<string>();
    for (const id of await readdir(join(root, '.larder', 'quarantine'))) {
      for (const name of await readdir(join(root, '.larder', 'quarantine', id))) if (name !== 'reason.json') aside.add(createHash('sha256').update(await readFile(join(root, '.larder', 'quarantine', id, name))).digest('hex'));
    }
    for (const [file, digest] of Object.entries(before)) if (now[file] !== digest && !Object.values(now).includes(digest)) expect(aside, file).toContain(digest);

    const verified = await setting.run('verify', '--cache', 'cache', '--json');
    expect(verified.exitCode).toBe(0);
    expect(findingsOf(verified).map(({ code }) => code).sort()).toEqual(['image-duplicate', 'image-duplicate', 'stray-file']);
    const times = await stat(join(root, 'cache_index.json'));
    expect((await setting.run(...words)).exitCode).toBe(0);
    expect(await tree(root)).toEqual(now);
    expect((await stat(join(root, 'cache_index.json'))).mtimeMs).toBe(times.mtimeMs);
    expect(await readdir(join(root, '.larder'))).toEqual(['quarantine']);
  });

  it('without fonts says what it could not draw again, sets it aside, and leaves no error', async () => {
    await using setting = await createImageSetting();
    await setting.copyGolden('damaged', 'cache');
    const fixed = await setting.run('fix', '--cache', 'cache', '--json');
    expect(fixed.exitCode).toBe(1);
    const [result] = jsonLines<{ notRemade: { reason: string }[] }>(fixed, 'result');
    expect(result!.notRemade.length).toBeGreaterThan(0);
    const verified = await setting.run('verify', '--cache', 'cache', '--json');
    expect(findingsOf(verified).filter(({ severity }) => severity === 'error')).toEqual([]);
  });
});

describe('the index', () => {
  it('is written anew from the metadata and the images, and loses nothing', async () => {
    await using setting = await createImageSetting();
    const root = await setting.copyGolden('intact', 'cache');
    const golden = JSON.parse((await read(root, 'cache_index.json')).toString('utf8')) as Record<string, unknown>;
    for (const damage of ['gone', 'cut'] as const) {
      if (damage === 'gone') await rm(join(root, 'cache_index.json'));
      else await writeFile(join(root, 'cache_index.json'), '{"c651');
      expect((await setting.run('fix', '--cache', 'cache')).exitCode).toBe(0);
      expect(JSON.parse((await read(root, 'cache_index.json')).toString('utf8'))).toEqual(golden);
    }
  });
});
