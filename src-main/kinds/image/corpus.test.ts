import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ImageSplit } from './contract.ts';
import { readCorpusSplit } from './corpus.ts';
import { invalidUtf8Offset } from './utf8.ts';

const GOLDEN = join(import.meta.dirname, '__fixtures__');
/** Lines the training code's own loader returned. */
const CASES = (JSON.parse(readFileSync(join(GOLDEN, 'corpus-expectations.json'), 'utf8')) as { cases: { dir: string; split: ImageSplit; max_lines: number | null; lines: string[] | null; error: string | null }[] }).cases;

test.each(CASES)('$dir/$split, at most $max_lines', async ({ dir, split, max_lines: maxLines, lines, error }) => {
  const read = await readCorpusSplit(join(GOLDEN, 'corpus', dir), split, maxLines === null ? {} : { maxLines });
  expect(read.lines).toEqual(lines ?? []);
  if (error !== null) expect(read.problems.map(({ code }) => code)).toEqual(['not-utf8']);
});

test('a part that is not UTF-8 is named with its place and what it costs', async () => {
  const { problems, files } = await readCorpusSplit(join(GOLDEN, 'corpus', 'multi'), 'train');
  const bad = readFileSync(join(GOLDEN, 'corpus', 'multi', 'train_bad.txt'));
  expect(problems).toHaveLength(1);
  expect(problems[0]).toMatchObject({ code: 'not-utf8', file: join(GOLDEN, 'corpus', 'multi', 'train_bad.txt'), byteOffset: invalidUtf8Offset(bad) });
  expect(files.map((file) => file.slice(-10))).toEqual(['rain_0.txt', 'rain_1.txt', 'ain_10.txt', 'rain_2.txt']);
});

describe('odd corpora', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'larder-corpus-'));
    await writeFile(join(folder, 'val.txt'), '');
    await writeFile(join(folder, 'train.txt'), 'ក\rខ\r\n\u001f\u0085គ\u2028ឃ\u0085\n');
  });
  afterAll(() => rm(folder, { recursive: true }));

  test('an empty file has no lines and no problem', async () => {
    expect(await readCorpusSplit(folder, 'val')).toMatchObject({ lines: [], problems: [] });
  });
  test('a missing file is a problem', async () => {
    expect((await readCorpusSplit(folder, 'test')).problems).toMatchObject([{ code: 'missing' }]);
  });
  test('only LF, CR and CRLF end lines', async () => {
    expect((await readCorpusSplit(folder, 'train')).lines).toEqual(['ក', 'ខ', 'គ\u2028ឃ']);
  });
  test('a folder that is not there is refused in words', async () => {
    await expect(readCorpusSplit(join(folder, 'nothing'), 'train')).rejects.toMatchObject({ code: 'CORPUS_INVALID' });
  });
});

test.each([
  ['sound', 'abc ក', undefined],
  ['e1 80 41 in front', '\u{1f600}', 0],
])('utf-8 %s', (_, text, at) => {
  const bytes = at === undefined ? Buffer.from(text) : Buffer.concat([Buffer.from([0xe1, 0x80, 0x41]), Buffer.from(text)]);
  expect(invalidUtf8Offset(bytes)).toBe(at);
});

test('the first bad byte is found wherever it is', () => {
  const text = Buffer.from('aéក😀'.repeat(20));
  for (let at = 0, next = 0; at < text.length; at = next) {
    const lead = text[at]!;
    next = at + (lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4);
    const bad = Buffer.from(text);
    bad[at] = 0xff;
    expect(invalidUtf8Offset(bad)).toBe(at);
    if (next - at > 1) expect(invalidUtf8Offset(text.subarray(0, next - 1))).toBe(at);
  }
});
