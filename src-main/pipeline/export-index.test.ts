import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openCatalog } from '../catalog/index.ts';
import type { Cache, Catalog } from '../catalog/index.ts';
import { imageKind } from '../kinds/image/index.ts';
import { cacheLayout, currentOwner } from '../store/index.ts';
import { exportIndex, isIndexBehind } from './export-index.ts';

/** More than the database puts into one text. */
const LINES = 2_300;
const SIGNAL = new AbortController().signal;

interface Line {
  readonly key: string;
  readonly text: string;
  readonly font: string;
}

let directory: string;
let catalog: Catalog;
let cache: Cache;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'larder-index-'));
  for (const folder of ['images', 'metadata']) mkdirSync(join(directory, folder));
  catalog = openCatalog({ path: join(directory, '..', `${directory.split('/').at(-1)}.sqlite`) });
  cache = catalog.caches.upsert({ kind: 'image', directory });
});

afterEach(() => {
  catalog.close();
  for (const end of ['', '-wal', '-shm', '.reserve']) rmSync(`${directory}.sqlite${end}`, { force: true });
  rmSync(directory, { recursive: true, force: true });
});

function lineOf(text: string, font: string): Line {
  return { key: createHash('md5').update(`${text}|${font}|32`).digest('hex'), text, font };
}

function put(lines: readonly Line[]): void {
  for (const { key } of lines) writeFileSync(join(directory, 'images', `${key}.png`), '');
}

function know(lines: readonly Line[]): void {
  catalog.entries.upsert(
    cache.id,
    lines.map(({ key, text, font }) => ({ key, file: `images/${key}.png`, name: text, variant: font, state: 'cached' as const })),
  );
}

/** What `JSON.stringify` makes of the whole value, which is what Python's `json.dump` does (`ensure_ascii=False, indent=2`). */
function expected(lines: readonly Line[]): string {
  const entries = lines.toSorted((a, b) => (a.key < b.key ? -1 : 1)).map(({ key, text, font }) => [key, { text, font: font.slice(font.lastIndexOf('/') + 1), image_path: `data/synthetic/images/${key}.png`, metadata_path: `data/synthetic/metadata/${key}.json` }]);
  return JSON.stringify(Object.fromEntries(entries), null, 2);
}

async function exported(): Promise<{ readonly entries: number; readonly text: string }> {
  const { entries } = await exportIndex(catalog, cache, imageKind, cacheLayout(directory), currentOwner(), {}, SIGNAL);
  return { entries, text: readFileSync(join(directory, 'cache_index.json'), 'utf8') };
}

/** Every character that JSON could write in another way, and one of each length in UTF-8. */
function strangeTexts(): string[] {
  const all = Array.from({ length: 0x300 }, (_, code) => String.fromCodePoint(code));
  return [...all, 'ភាសាខ្មែរ', '\u2028\u2029', '\uFEFF', '\u{1F600}', 'a"b\\c/d\u007f', '\u0000x'].map((text, i) => `${i} ${text}.`);
}

it('has every entry in the order of the keys, byte for byte as JSON has it', async () => {
  const lines = [...strangeTexts(), ...Array.from({ length: LINES }, (_, i) => `line ${i}`)].map((text, i) => lineOf(text, `fonts/it's "${i % 3}".ttf`));
  put(lines);
  know(lines);
  const { entries, text } = await exported();
  expect(entries).toBe(lines.length);
  expect(text).toBe(expected(lines));
});

it('leaves out what is gone, and has what another process made, wherever its key lies', async () => {
  const lines = Array.from({ length: LINES }, (_, i) => lineOf(`line ${i}`, i % 2 === 0 ? 'fonts/A.ttf' : 'B.ttf'));
  const [gone, strangers] = [new Set([7, 1_900].map((i) => lines[i]!.key)), [0, 1, 2].map((i) => lineOf(`stranger ${i}`, 'fonts/C.ttf'))];
  know(lines);
  put([...lines.filter(({ key }) => !gone.has(key)), ...strangers]);
  for (const { key, text, font } of strangers) {
    writeFileSync(join(directory, 'metadata', `${key}.json`), JSON.stringify({ text, font_path: font, image_height: 32, image_width: 9, cache_key: key, created_at: '0.0' }));
  }
  const { entries, text } = await exported();
  expect(entries).toBe(LINES - 2 + 3);
  expect(text).toBe(expected([...lines.filter(({ key }) => !gone.has(key)), ...strangers]));
});

it('has entries of more fonts than the database is asked to compare', async () => {
  const lines = Array.from({ length: 450 }, (_, i) => lineOf('line', `fonts/${i}.ttf`));
  put(lines);
  know(lines);
  expect((await exported()).text).toBe(expected(lines));
});

it('is an empty object without entries', async () => {
  know([lineOf('gone', 'fonts/A.ttf')]);
  expect(await exported()).toEqual({ entries: 0, text: '{}' });
});

const mountProblem = (() => {
  const trial = mkdtempSync(join(tmpdir(), 'larder-mount-'));
  const { status, stderr, error } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', trial], { encoding: 'utf8' });
  if (status === 0) execFileSync('umount', [trial]);
  rmSync(trial, { recursive: true, force: true });
  return status === 0 ? undefined : (error?.message ?? stderr.trim());
})();
if (mountProblem !== undefined) console.log(`No file system can be mounted here, so the index is not written on a full one: ${mountProblem}`);

describe.skipIf(mountProblem !== undefined)('on a disk without a free byte', () => {
  const lines = Array.from({ length: 400 }, (_, i) => lineOf(`line ${i}`, 'fonts/A.ttf'));
  const index = (): string => join(directory, 'cache_index.json');
  const write = (makesWay: boolean): Promise<unknown> => exportIndex(catalog, cache, imageKind, cacheLayout(directory), currentOwner(), {}, SIGNAL, { makesWay });
  beforeEach(async () => {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', directory]);
    for (const folder of ['images', 'metadata']) mkdirSync(join(directory, folder));
    put(lines);
    know(lines);
    await exported();
  });
  afterEach(() => execFileSync('umount', ['-l', directory]));

  function fill(): void {
    writeFileSync(join(directory, 'ballast'), '');
    for (let size = 2 ** 20; size >= 1; ) {
      try {
        appendFileSync(join(directory, 'ballast'), Buffer.alloc(size, 1));
      } catch {
        size >>= 1;
      }
    }
  }

  it('the old one makes way for one that lists less, and stays where more is to be listed', async () => {
    fill();
    rmSync(join(directory, 'images', `${lines[0]!.key}.png`));
    await expect(write(false)).rejects.toMatchObject({ code: 'DISK_FULL' });
    expect(readFileSync(index(), 'utf8')).toBe(expected(lines));
    await write(true);
    expect(readFileSync(index(), 'utf8')).toBe(expected(lines.slice(1)));
    put(lines);
    await expect(write(true)).rejects.toMatchObject({ code: 'DISK_FULL' });
    expect(readFileSync(index(), 'utf8')).toBe(expected(lines.slice(1)));
    expect(readdirSync(directory).filter((name) => name.endsWith('.larder-tmp'))).toEqual([]);
    expect(existsSync(join(directory, '.larder')), 'not even the mark that keeps others out has room').toBe(false);
  });

  it('it is seen that it is behind, by what came or went since, and where there is none', async () => {
    const layout = cacheLayout(directory);
    const later = new Date(Date.now() + 10_000);
    utimesSync(index(), later, later);
    expect(await isIndexBehind(imageKind, layout)).toBe(false);
    utimesSync(join(directory, 'images'), later, new Date(later.getTime() + 1_000));
    expect(await isIndexBehind(imageKind, layout)).toBe(true);
    utimesSync(join(directory, 'images'), new Date(0), new Date(0));
    expect(await isIndexBehind(imageKind, layout)).toBe(false);
    rmSync(index());
    expect(await isIndexBehind(imageKind, layout)).toBe(true);
  });
});
