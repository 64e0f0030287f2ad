import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openCatalog } from '../catalog/index.ts';
import type { Cache, Catalog } from '../catalog/index.ts';
import { imageKind } from '../kinds/image/index.ts';
import { cacheLayout, currentOwner } from '../store/index.ts';
import { exportIndex } from './export-index.ts';

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
