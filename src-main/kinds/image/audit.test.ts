import { appendFileSync, cpSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Finding } from '../../contract/findings.ts';
import type { CacheWriters, KindTasks } from '../kind.ts';
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

interface AuditOptions {
  readonly level?: 'quick' | 'deep';
  readonly isReversed?: boolean;
  readonly only?: ReadonlySet<string>;
  /** Who is at work. */
  readonly writers?: Partial<Pick<CacheWriters, 'isBusy' | 'isTidying'>>;
  /** Before files are read, with the keys whose files those are. */
  readonly onRead?: (keys: readonly string[]) => void;
}

async function audit(directory: string, options: AuditOptions = {}): Promise<Finding[]> {
  const findings: Finding[] = [];
  const names = namesOf(directory).sort();
  const { signal } = new AbortController();
  const tasks: KindTasks = imageTasks;
  const writers = { isBusy: false, isTidying: false, ...options.writers };
  await auditImages(
    {
      directory,
      async listFiles(onName) {
        (options.isReversed === true ? names.toReversed() : names).forEach(onName);
        return { ...writers, unfinished: new Map() };
      },
      lookForWriters: () => Promise.resolve(writers),
      ...(options.only === undefined ? {} : { only: options.only }),
      level: options.level ?? 'deep',
      workers: 1,
      recorded: () => undefined,
      indexEntries: null,
      config: undefined,
      run: async (task, payload, onPartial) => {
        options.onRead?.((payload as { readonly keys: readonly { readonly key: string }[] }).keys.map(({ key }) => key));
        return await tasks[task]!(payload, { signal, progress: () => undefined, publish: () => [], partial: onPartial });
      },
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

/** A copy of the intact cache, and two of its keys. */
function copied(name: string): { readonly directory: string; readonly one: string; readonly other: string } {
  const directory = join(folder, name);
  cpSync(join(GOLDEN, 'intact'), directory, { recursive: true });
  const [one, other] = readdirSync(join(directory, 'images')).sort().map((file) => file.slice(0, -'.png'.length));
  return { directory, one: one!, other: other! };
}

/** As whoever writes an index does: under another name first. */
function writeIndexWithout(directory: string, key: string): void {
  const { [key]: _gone, ...others } = JSON.parse(readFileSync(join(directory, 'cache_index.json'), 'utf8')) as Record<string, unknown>;
  writeFileSync(join(directory, 'index.new'), JSON.stringify(others));
  renameSync(join(directory, 'index.new'), join(directory, 'cache_index.json'));
}

describe('while others are at work', () => {
  test('a picture that the index does not have yet is no damage; when they are done it is', async () => {
    const { directory, one } = copied('making');
    writeIndexWithout(directory, one);
    expect(await audit(directory, { writers: { isBusy: true } })).toEqual([]);
    expect(await audit(directory)).toEqual([expect.objectContaining({ code: 'image-unindexed', key: one })]);
  });

  test('a first job that has not written its index yet is no damage', async () => {
    const { directory } = copied('first job');
    rmSync(join(directory, 'cache_index.json'));
    expect(await audit(directory, { writers: { isBusy: true } })).toEqual([]);
  });

  test('an entry that is half taken away is no damage; when they are done it is', async () => {
    const { directory, one, other } = copied('tidying');
    rmSync(join(directory, 'metadata', `${one}.json`));
    rmSync(join(directory, 'metadata', `${other}.json`));
    rmSync(join(directory, 'images', `${other}.png`));
    expect(await audit(directory, { writers: { isTidying: true } })).toEqual([]);
    expect((await audit(directory)).map(({ code, key }) => `${code} ${key}`).sort()).toEqual([`image-missing ${other}`, `metadata-missing ${one}`]);
  });

  test('damage of a file itself is told all the same', async () => {
    const { directory, one } = copied('damaged while tidying');
    writeFileSync(join(directory, 'images', `${one}.png`), '');
    expect((await audit(directory, { writers: { isBusy: true, isTidying: true } })).map(({ code }) => code)).toEqual(['image-empty']);
  });

  test('what was taken away between the names and the files is looked at once more', async () => {
    const { directory, one } = copied('cleared meanwhile');
    let isCleared = false;
    const onRead = (): void => {
      if (isCleared) return;
      isCleared = true;
      rmSync(join(directory, 'metadata', `${one}.json`));
      rmSync(join(directory, 'images', `${one}.png`));
      writeIndexWithout(directory, one);
    };
    expect(await audit(directory, { onRead })).toEqual([]);
  });
});

describe('some keys only', () => {
  test('their files alone are read, and what is wrong with others is not told', async () => {
    const { directory, one, other } = copied('only');
    appendFileSync(join(directory, 'images', `${one}.png`), 'x');
    appendFileSync(join(directory, 'images', `${other}.png`), 'x');
    writeFileSync(join(directory, 'stray.txt'), '');
    const read: string[] = [];
    const found = await audit(directory, { only: new Set([one]), onRead: (keys) => read.push(...keys) });
    expect(read).toEqual([one]);
    expect(found.map(({ code, key }) => `${code} ${key}`)).toEqual([`image-trailing-bytes ${one}`]);
  });

  test('the index is held against them, and told where there is none', async () => {
    const { directory, one, other } = copied('only indexed');
    writeIndexWithout(directory, one);
    expect((await audit(directory, { only: new Set([one, other]) })).map(({ code, key }) => `${code} ${key}`)).toEqual([`image-unindexed ${one}`]);
    expect(await audit(directory, { only: new Set([other]) })).toEqual([]);
    rmSync(join(directory, 'cache_index.json'));
    expect((await audit(directory, { only: new Set([other]) })).map(({ code }) => code)).toEqual(['index-missing']);
  });
});
