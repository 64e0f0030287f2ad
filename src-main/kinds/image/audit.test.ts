import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Finding } from '../../contract/findings.ts';
import type { KindTasks } from '../kind.ts';
import { auditImages } from './audit.ts';
import { imageTasks } from './tasks.ts';

/** Caches the original class wrote under Python 3.11 and Pillow 9.4.0, with damages planted one by one. */
const GOLDEN = join(import.meta.dirname, '__fixtures__');
const readJson = <T>(name: string): T => JSON.parse(readFileSync(join(GOLDEN, name), 'utf8')) as T;
const { damages } = readJson<{ damages: { id: string; expect: [string, string][]; allow: [string, string][] }[] }>('damages.json');
const variants = readJson<Record<string, { expect: string }>>('index-variants/variants.json');

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'larder-audit-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function namesOf(directory: string): string[] {
  return ['', 'images', 'metadata'].flatMap((inner) => readdirSync(join(directory, inner)).map((name) => (inner === '' ? name : `${inner}/${name}`))).filter((name) => name !== 'images' && name !== 'metadata');
}

async function audit(directory: string, options: { readonly level?: 'quick' | 'deep'; readonly isReversed?: boolean } = {}): Promise<Finding[]> {
  const findings: Finding[] = [];
  const names = namesOf(directory).sort();
  const { signal } = new AbortController();
  const tasks: KindTasks = imageTasks;
  await auditImages(
    {
      directory,
      async listFiles(onName) {
        (options.isReversed === true ? names.toReversed() : names).forEach(onName);
        return { isBusy: false, unfinished: new Map() };
      },
      level: options.level ?? 'deep',
      workers: 1,
      recorded: () => undefined,
      indexEntries: null,
      config: undefined,
      run: async (task, payload, onPartial) => await tasks[task]!(payload, { signal, progress: () => undefined, publish: () => [], partial: onPartial }),
      onTotal: () => undefined,
      onEntry: () => undefined,
      onFinding: (finding) => findings.push(finding),
    },
    signal,
  );
  return findings;
}

/** A finding is about a key, or about a file where there is none. */
const asPairs = (findings: readonly Finding[]): string[] => findings.flatMap(({ code, key, file }) => [`${code} ${key ?? ''}`, `${code} ${file ?? ''}`]);

describe('the intact cache', () => {
  test('has no finding, quick or deep', async () => {
    expect(await audit(join(GOLDEN, 'intact'))).toEqual([]);
    expect(await audit(join(GOLDEN, 'intact'), { level: 'quick' })).toEqual([]);
  });
});

describe('the damaged cache', () => {
  test.each(damages.map((damage) => [damage.id, damage] as const))('%s is found under its code', async (_id, { expect: expected }) => {
    const found = asPairs(await audit(join(GOLDEN, 'damaged')));
    for (const [code, subject] of expected) expect(found).toContain(`${code} ${subject}`);
  });

  test('nothing else is', async () => {
    const allowed = new Set(damages.flatMap((damage) => [...damage.expect, ...damage.allow].map(([code, subject]) => `${code} ${subject}`)));
    const extra = (await audit(join(GOLDEN, 'damaged'))).filter((finding) => asPairs([finding]).every((pair) => !allowed.has(pair)));
    expect(extra).toEqual([]);
  });

  test('the order of the files does not matter', async () => {
    const sorted = async (isReversed: boolean): Promise<string[]> => (await audit(join(GOLDEN, 'damaged'), { isReversed })).map((finding) => JSON.stringify(finding)).sort();
    expect(await sorted(true)).toEqual(await sorted(false));
  });
});

describe('other indexes over the intact cache', () => {
  test.each(Object.entries(variants))('%s', async (name, { expect: expected }) => {
    const directory = join(folder, name);
    cpSync(join(GOLDEN, 'intact'), directory, { recursive: true });
    cpSync(join(GOLDEN, 'index-variants', name), join(directory, 'cache_index.json'));
    const codes = new Set((await audit(directory)).map(({ code }) => code));
    if (expected.startsWith('no finding')) expect(codes).toEqual(new Set());
    else {
      const [code] = /^[a-z-]+/.exec(expected)!;
      expect(codes).toContain(code);
      codes.delete('index-text-mismatch');
      expect([...codes]).toEqual([code]);
    }
  });

  test('a lost index, and one of the slim form', async () => {
    const directory = join(folder, 'lost');
    cpSync(join(GOLDEN, 'intact'), directory, { recursive: true });
    rmSync(join(directory, 'cache_index.json'));
    expect((await audit(directory)).map(({ code }) => code)).toEqual(['index-missing']);
  });
});
