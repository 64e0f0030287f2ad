import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { openArchive, readRecord } from './archive.ts';
import type { ByteSource } from './byte-source.ts';
import { bytesSource } from './byte-source.ts';
import { encodeContainer, encodeTorchFile } from './encode.ts';
import { SERIALIZATION_ID, isStorageRecord, layoutOf, recordOrder } from './layout.ts';
import type { TorchLayout } from './layout.ts';
import type { PickleStyle } from './pickle-writer.ts';
import type { PyValue } from './py-value.ts';
import { readTorchFile } from './read.ts';
import { describeTree } from './tree.ts';
import type { Json } from './tree.ts';
import { verifyTorchFile } from './verify.ts';
import type { TorchReport } from './verify.ts';

/** Files PyTorch 1.13 and 2.13 wrote, and damaged ones; the fixtures' README explains the fields. */
const FIXTURES = new URL('__fixtures__/', import.meta.url);

interface TopEntry {
  readonly key: string;
  readonly k: string;
  readonly sha256?: string;
}
interface Golden {
  readonly file: string;
  readonly kind: string;
  readonly env: string;
  readonly prefix: string;
  readonly records: readonly (readonly [name: string, size: number, crc: string])[];
  readonly tree: string;
  readonly top?: readonly TopEntry[];
  readonly expect?: string;
}
interface BadFile {
  readonly file: string;
  readonly base: string | null;
  readonly expect: string;
  readonly detail: unknown;
  readonly warnings: readonly (readonly [code: string, detail: unknown])[];
  readonly sameTreeAsBase?: boolean;
}
interface Environment {
  readonly enumStyle: PickleStyle['enums'];
  readonly numpyModule: PickleStyle['numpyModule'];
  readonly layout: TorchLayout;
}

function readJson<T>(file: string): T {
  return JSON.parse(readFileSync(new URL(file, FIXTURES), 'utf8')) as T;
}
function readBytes(file: string): Uint8Array {
  return readFileSync(new URL(file, FIXTURES));
}
/** Like a file whose reads share one buffer: what one call returned, the next one overwrites. */
function reusingSource(bytes: Uint8Array): ByteSource {
  const buffer = new Uint8Array(bytes.length);
  return {
    size: bytes.length,
    read(offset, length) {
      buffer.fill(0xaa);
      buffer.set(bytes.subarray(offset, offset + length));
      return buffer.subarray(0, length);
    },
  };
}
function verify(file: string): TorchReport {
  return verifyTorchFile(reusingSource(readBytes(file)), { level: 'deep' });
}

const index = readJson<{ environments: Readonly<Record<string, Environment>>; files: readonly Golden[] }>('index.json');
const written = index.files.filter(({ kind }) => kind !== 'formats');
const foreign = index.files.filter(({ kind }) => kind === 'formats');
const badFiles = readJson<{ files: readonly BadFile[] }>('bad-index.json').files;
const named = <T extends { readonly file: string }>(files: readonly T[]): (readonly [string, T])[] => files.map((file) => [file.file, file]);

/** Whole modules are the one thing in the goldens that is no data. */
const holdsCode = (file: string): boolean => file.endsWith('/module.pt');
const hasNoCrcs = (file: string): boolean => file.endsWith('/no_crc.pt');

describe('files PyTorch wrote', () => {
  it('are 161', () => expect(written).toHaveLength(161));

  it.each(named(written))('%s verifies with nothing to say', (file, golden) => {
    const report = verify(file);
    expect(report.error?.code).toBe(holdsCode(file) ? 'unsafe-global' : undefined);
    expect(report.warnings.map(({ code }) => code)).toEqual(hasNoCrcs(file) ? ['no-crc'] : []);
    expect(report.prefix).toBe(golden.prefix);
    expect(report.layout).toBe(index.environments[golden.env]?.layout);
    const records = report.records.map(({ name, size, crc }) => [name, size, crc.toString(16).padStart(8, '0')]);
    expect(records).toEqual(golden.records.map(([name, size, crc]) => [name, size, hasNoCrcs(file) ? '00000000' : crc]));
  });

  it.each(named(written))('%s reads as the tree PyTorch loads', (file, golden) => {
    const torchFile = readTorchFile(reusingSource(readBytes(file)));
    const tree = describeTree(torchFile);
    expect(tree).toEqual(readJson<Json>(golden.tree));
    for (const top of golden.top ?? []) if (top.sha256 !== undefined) expect(JSON.stringify(tree)).toContain(top.sha256);
  });

  it.each(named(written.filter(({ file }) => !hasNoCrcs(file))))('%s is laid out again byte for byte', (file) => {
    const bytes = readBytes(file);
    const source = bytesSource(bytes);
    const { rawPrefix, records } = openArchive(source);
    const names = recordOrder(layoutOf(new Set(records.keys())), [...records.keys()].filter(isStorageRecord).length);
    const contents = new Map([...records.values()].map((record) => [record.name, readRecord(source, record)] as const));
    contents.delete(SERIALIZATION_ID);
    const { chunks, size } = encodeContainer(Buffer.from(rawPrefix, 'latin1').toString('utf8'), names, contents);
    expect(Buffer.concat(chunks).equals(bytes)).toBe(true);
    expect(size).toBe(bytes.length);
  });

  const ofWritableKinds = written.filter(({ kind, file }) => (kind === 'plain' || kind === 'monai') && !hasNoCrcs(file));
  it.each(named(ofWritableKinds))('%s is pickled again byte for byte', (file, golden) => {
    const bytes = readBytes(file);
    const source = bytesSource(bytes);
    const { records } = openArchive(source);
    const { root, storages } = readTorchFile(source);
    for (const storage of storages) Object.assign(storage, { data: readRecord(source, records.get(`data/${storage.key}`)!) });
    const environment = index.environments[golden.env]!;
    const style = { enums: environment.enumStyle, numpyModule: environment.numpyModule };
    const { chunks } = encodeTorchFile(root, { prefix: golden.prefix, layout: environment.layout, style });
    expect(Buffer.concat(chunks).equals(bytes)).toBe(true);
  });
});

describe('damaged and foreign files', () => {
  it.each(named(foreign))('%s', (file, golden) => expect(verify(file).error?.code).toBe(golden.expect));

  // What the metadata and values mean is the business of whoever knows the cache.
  const BEYOND_THE_FORMAT = new Set(['meta-inconsistent', 'non-finite']);

  it.each(named(badFiles))('%s', (file, bad) => {
    const report = verify(file);
    const code = BEYOND_THE_FORMAT.has(bad.expect) ? 'ok' : bad.expect;
    expect(report.error?.code ?? 'ok').toBe(code);
    expect(report.ok).toBe(code === 'ok');
    const warnings = bad.warnings.filter(([warning]) => !BEYOND_THE_FORMAT.has(warning));
    expect(report.warnings.map((warning) => warning.code)).toEqual(warnings.map(([warning]) => warning));
    report.warnings.forEach((warning, i) => {
      const detail = warnings[i]?.[1];
      if (detail !== null) expect(Object.values(warning.details)).toContain(detail);
    });
    const { detail } = bad;
    if (bad.expect === 'size-mismatch' || bad.expect === 'bad-view') expect(report.error?.details).toMatchObject(detail as object);
    else if (bad.expect === 'unsafe-global') expect(report.error?.details['globals']).toEqual(detail);
    else if (code !== 'bad-pickle' && code !== 'ok' && typeof detail !== 'object' && detail !== '') {
      expect(Object.values(report.error?.details ?? {})).toContain(detail);
    }
  });

  it.each(named(badFiles.filter(({ sameTreeAsBase }) => sameTreeAsBase === true)))('%s still reads as its base', (file, { base }) => {
    const tree = describeTree(readTorchFile(bytesSource(readBytes(file))));
    expect(tree).toEqual(describeTree(readTorchFile(bytesSource(readBytes(base ?? '')))));
  });

  it('counts values that are not finite', () => {
    expect(verify('bad/non_finite.pt').statistics?.nonFiniteCount).toBe(2);
  });

  it('tells how much of a half-written file is zero', () => {
    expect(verify('bad/zero_tail.pt').error?.details).toEqual({ size: 8727, zeroTail: 4364 });
  });

  it('turns a problem into TORCH_INVALID for readers', () => {
    expect(() => readTorchFile(bytesSource(readBytes('bad/html.pt')))).toThrow(expect.objectContaining({ code: 'TORCH_INVALID', details: { code: 'not-a-zip', kind: 'html' } }) as Error);
  });

  it('keeps what hostile files name as opaque markers', () => {
    const { root, unsafeGlobals } = readTorchFile(bytesSource(readBytes('bad/unsafe_system.pt')));
    expect(root satisfies PyValue).toEqual({ kind: 'opaque', className: 'os.system' });
    expect(unsafeGlobals).toEqual(['os.system']);
  });
});
