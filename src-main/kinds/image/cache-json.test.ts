import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { indexEntryText } from '../index-form.ts';
import type { IndexForm } from '../index-form.ts';
import { createdAtText, imageKey, indexForm, metadataText } from './cache-json.ts';

const GOLDEN = join(import.meta.dirname, '__fixtures__');
const EXPECTED = JSON.parse(readFileSync(join(GOLDEN, 'expectations.json'), 'utf8')) as {
  index: { sha256: string };
  metadata_sha256: Record<string, string>;
  entries: { key: string; text: string; font_path: string; image_height: number; image_width: number; created_at: string }[];
};
const ENTRIES = EXPECTED.entries.map((entry) => ({
  text: entry.text,
  fontPath: entry.font_path,
  height: entry.image_height,
  width: entry.image_width,
  key: entry.key,
  createdAt: entry.created_at,
}));
function indexText(form: IndexForm, entries: typeof ENTRIES): string {
  return form.begin + entries.map(({ key, text, fontPath }) => indexEntryText(form, { key, name: text, variant: fontPath })).join(form.between) + form.end;
}

const sha256 = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');

describe('keys', () => {
  test.each([
    ['fonts/KhmerOS.ttf', 'c651dcddf517216e45579f27debd2589'],
    [String.raw`fonts\KhmerOS.ttf`, '103ec3b809386582ba21ea6b06b42585'],
    ['./fonts/KhmerOS.ttf', '152f46cf430b13dd93adee6b631ab8af'],
    ['KhmerOS.ttf', 'd19e71f9e20508f03d7ddafcb5c8e709'],
  ])('%s', (fontPath, key) => {
    expect(imageKey({ text: 'ភាសាខ្មែរ', fontPath, height: 32 })).toBe(key);
  });

  test('of the golden cache', () => {
    for (const entry of ENTRIES) expect(imageKey(entry)).toBe(entry.key);
  });
});

describe('bytes', () => {
  test('of the metadata are those Python wrote', () => {
    for (const entry of ENTRIES) expect(sha256(metadataText(entry))).toBe(EXPECTED.metadata_sha256[entry.key]);
  });

  test('of the index are those Python wrote', () => {
    expect(sha256(indexText(indexForm(), ENTRIES))).toBe(EXPECTED.index.sha256);
  });

  test('of an empty index and of a slim one are those Python writes', () => {
    expect(indexForm().empty).toBe('{}');
    expect(indexText(indexForm({ slim: true }), ENTRIES.slice(0, 2))).toBe(`{\n  "${ENTRIES[0]!.key}": {},\n  "${ENTRIES[1]!.key}": {}\n}`);
  });
});

test.each([
  // Python 3.11: str(sec + 1e-9 * nanosec), the double os.path.getmtime gives
  [1_795_310_867_243_999_700n, '1795310867.2439997'],
  [1_700_000_000_000_000_000n, '1700000000.0'],
  [1_700_000_000_100_000_000n, '1700000000.1'],
  [0n, '0.0'],
  [-500_000_000n, '-0.5'],
])('%d ns as Python writes it', (ns, text) => {
  expect(createdAtText(ns)).toBe(text);
});
