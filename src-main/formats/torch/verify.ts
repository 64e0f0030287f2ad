import type { ArchiveRecord, TorchArchive } from './archive.ts';
import { descriptorCrc, missingRecord, openArchive, readRecord } from './archive.ts';
import type { ByteSource } from './byte-source.ts';
import { alignmentOf, findNonCanonicalByte } from './canonical.ts';
import { assertZipStart } from './file-kind.ts';
import { assertFiniteTree, assertViewInside } from './graph.ts';
import { imageScanOf, scanView } from './image-scan.ts';
import type { ImageScan } from './image-scan.ts';
import { STORAGE_ALIGNMENT, SERIALIZATION_ID, isStorageRecord, layoutOf, storageRecord } from './layout.ts';
import type { TorchLayout } from './layout.ts';
import { LIMITS } from './limits.ts';
import { parsePickle } from './pickle-reader.ts';
import type { ParsedPickle } from './pickle-reader.ts';
import type { TorchFinding } from './problem.ts';
import { TorchProblem } from './problem.ts';
import type { PyValue, Tensor } from './py-value.ts';
import { crc32 } from 'node:zlib';
import { scanRecord } from './record-scan.ts';
import type { Histogram, HistogramRequest, TensorStatistics } from './value-scan.ts';

export interface VerifyOptions {
  /**
   * `deep` reads every byte once. `quick` leaves out storages above 4 KiB: structure, object graph
   * and sizes are checked, contents are not.
   */
  readonly level: 'quick' | 'deep';
  /** Key of the tensor whose values are summarised, in a root that is a dict. */
  readonly imageKey?: string;
  /** Counts the image's values in the same pass. */
  readonly histogram?: HistogramRequest;
}

export interface RecordSummary {
  readonly name: string;
  readonly size: number;
  readonly crc: number;
  /** First content byte. */
  readonly offset: number;
}

export interface TorchReport {
  readonly ok: boolean;
  /** The first thing that makes the file unusable. */
  readonly error: TorchFinding | undefined;
  readonly warnings: readonly TorchFinding[];
  readonly size: number;
  readonly layout: TorchLayout | undefined;
  /** Name of the top folder. */
  readonly prefix: string | undefined;
  readonly records: readonly RecordSummary[];
  /** The object graph; undefined if it could not be read. */
  readonly root: PyValue | undefined;
  readonly isBigEndian: boolean;
  /** Contents of the storages of at most 4 KiB, by storage key, in the file's byte order. */
  readonly smallStorages: ReadonlyMap<string, Uint8Array>;
  /** The tensor under `imageKey`, or the root if that is a tensor. */
  readonly image: Tensor | undefined;
  /** Of the image; undefined in a quick check, for dtypes that are not floating point, or after an error. */
  readonly statistics: TensorStatistics | undefined;
  readonly histogram: Histogram | undefined;
}

type Draft = { -readonly [Key in keyof TorchReport]: TorchReport[Key] } & { warnings: TorchFinding[] };

/**
 * Checks a `.pt` file. The first error ends the check, warnings collect. Contents are read once, in
 * order, in chunks of 1 MiB; CRC and image statistics come from the same pass.
 *
 * The order of the checks is: kind of file, archive directory, local headers, required records, CRC,
 * one-line records, bytes outside the records, object graph, sizes, views, names of code.
 *
 * @throws only what `source.read` throws
 */
export function verifyTorchFile(source: ByteSource, options: VerifyOptions): TorchReport {
  const draft: Draft = {
    ok: false,
    error: undefined,
    warnings: [],
    size: source.size,
    layout: undefined,
    prefix: undefined,
    records: [],
    root: undefined,
    isBigEndian: false,
    smallStorages: new Map(),
    image: undefined,
    statistics: undefined,
    histogram: undefined,
  };
  try {
    check(source, options, draft);
    draft.ok = true;
  } catch (error) {
    if (!(error instanceof TorchProblem)) throw error;
    draft.error = error.finding;
  }
  return draft;
}

function check(source: ByteSource, options: VerifyOptions, draft: Draft): void {
  assertZipStart(source);
  const archive = openArchive(source);
  describeArchive(archive, source, draft);
  const contents = new Contents(source, archive, options.level);
  const pickle = attempt(() => parsePickle(contents.require('data.pkl', LIMITS.pickleBytes, 'bad-pickle')));
  const image = pickle.value && imageScanOf(pickle.value.root, options, contents.isBigEndian());
  contents.scan(image);
  checkCrcs(contents, draft);
  checkOneLineRecords(contents, draft);
  checkContainer(contents, draft);
  checkGraph(contents, unwrap(pickle), draft);
  if (options.level === 'deep') describeValues(contents, image, draft);
  draft.image = image?.tensor;
}

function describeArchive(archive: TorchArchive, source: ByteSource, draft: Draft): void {
  draft.prefix = Buffer.from(archive.rawPrefix, 'latin1').toString('utf8');
  draft.records = [...archive.records.values()].map(({ name, size, crc, dataOffset }) => ({ name, size, crc, offset: dataOffset }));
  draft.layout = layoutOf(new Set(archive.records.keys()));
  const extra = source.size - archive.archiveEnd;
  if (extra > 0) warn(draft, 'trailing-data', `${extra} bytes follow the archive.`, { bytes: extra });
}

/** Runs now what is only reported later, at its place in the order of checks. */
type Attempt<T> = { readonly value: T; readonly problem?: undefined } | { readonly value?: undefined; readonly problem: TorchProblem };

function attempt<T>(work: () => T): Attempt<T> {
  try {
    return { value: work() };
  } catch (error) {
    if (!(error instanceof TorchProblem)) throw error;
    return { problem: error };
  }
}

function unwrap<T>(outcome: Attempt<T>): T {
  if (outcome.problem) throw outcome.problem;
  return outcome.value;
}

/** Contents of the small records and the CRCs of all that were read. */
class Contents {
  readonly archive: TorchArchive;
  readonly source: ByteSource;
  readonly crcs = new Map<string, number>();
  readonly #small = new Map<string, Uint8Array>();
  readonly #level: VerifyOptions['level'];
  /** Deflated records that cannot be unpacked. */
  readonly problems = new Map<string, TorchProblem>();

  constructor(source: ByteSource, archive: TorchArchive, level: VerifyOptions['level']) {
    this.source = source;
    this.archive = archive;
    this.#level = level;
  }

  /** Content of a record of at most `limit` bytes. */
  require(name: string, limit: number, code: 'bad-pickle' | 'bad-version' | 'bad-byteorder'): Uint8Array {
    const known = this.#small.get(name);
    if (known) return known;
    const record = this.archive.records.get(name);
    if (!record) throw missingRecord(name);
    if (record.size > limit) throw new TorchProblem(code, `Record ${name} has ${record.size} bytes.`, { record: name, size: record.size });
    const content = readRecord(this.source, record);
    this.#small.set(name, content);
    this.crcs.set(name, crc32(content));
    return content;
  }

  /** Content of a one-line record, if it is there. */
  line(name: string, code: 'bad-version' | 'bad-byteorder' = 'bad-version'): Uint8Array | undefined {
    return this.archive.records.has(name) ? this.require(name, LIMITS.smallRecordBytes, code) : undefined;
  }

  isBigEndian(): boolean {
    const order = attempt(() => this.line('byteorder', 'bad-byteorder'));
    return order.value !== undefined && Buffer.from(order.value).toString('latin1') === 'big';
  }

  /** Reads every record not read yet, in file order; quick checks leave out large storages. */
  scan(image: ImageScan | undefined): void {
    const records = [...this.archive.records.values()].toSorted((a, b) => a.dataOffset - b.dataOffset);
    for (const record of records) {
      if (this.crcs.has(record.name)) continue;
      const outcome = attempt(() => this.#scanRecord(record, image));
      if (outcome.problem) this.problems.set(record.name, outcome.problem);
    }
  }

  #scanRecord(record: ArchiveRecord, image: ImageScan | undefined): void {
    const isImage = image?.record === record.name;
    if (record.size <= LIMITS.carriedBytes) {
      const content = this.require(record.name, LIMITS.carriedBytes, 'bad-version');
      if (isImage) image.scan?.add(content);
      return;
    }
    if (this.#level === 'quick' && isStorageRecord(record.name)) return;
    const onChunk = isImage ? (chunk: Uint8Array) => image.scan?.add(chunk) : undefined;
    this.crcs.set(record.name, scanRecord(this.source, record, onChunk));
  }

  smallStorages(): ReadonlyMap<string, Uint8Array> {
    const storages = [...this.#small].filter(([name]) => isStorageRecord(name));
    return new Map(storages.map(([name, content]) => [name.slice('data/'.length), content]));
  }

  /** `torch.save(…)` with `torch.serialization.set_crc32_options(False)` writes 0 everywhere. */
  hasNoCrcs(): boolean {
    return [...this.archive.records.values()].every((record) => record.crc === 0);
  }
}

function checkCrcs(contents: Contents, draft: Draft): void {
  for (const problem of contents.problems.values()) throw problem;
  if (contents.hasNoCrcs()) {
    warn(draft, 'no-crc', 'All checksums of the archive are 0.');
    return;
  }
  for (const record of contents.archive.records.values()) {
    const crc = contents.crcs.get(record.name);
    if (crc === undefined || crc === record.crc || crc === descriptorCrc(contents.source, record)) continue;
    throw new TorchProblem('crc-mismatch', `The content of ${record.name} has changed: CRC-32 ${hex(crc)} instead of ${hex(record.crc)}.`, {
      record: record.name,
      expected: hex(record.crc),
      found: hex(crc),
    });
  }
}

function hex(crc: number): string {
  return crc.toString(16).padStart(8, '0');
}

/** What PyTorch parses besides the pickle: format version 1 to 10, byte order, alignment, id. */
function checkOneLineRecords(contents: Contents, draft: Draft): void {
  const version = contents.line('version') ?? contents.line('.data/version');
  const text = Buffer.from(version ?? []).toString('latin1');
  const number = /^\s*\d{1,9}\s*$/.test(text) ? Number(text) : NaN;
  if (!(number >= 1 && number <= 10)) {
    const found = Number.isNaN(number) ? Buffer.from(text, 'latin1').toString('hex') : number;
    throw new TorchProblem('bad-version', `The format version is ${JSON.stringify(text)} instead of 1 to 10.`, { found });
  }
  const order = contents.line('byteorder', 'bad-byteorder');
  const word = order && Buffer.from(order).toString('latin1');
  if (word !== undefined && word !== 'little' && word !== 'big') {
    throw new TorchProblem('bad-byteorder', `The byte order is ${JSON.stringify(word)}.`, { found: Buffer.from(word, 'latin1').toString('hex') });
  }
  draft.isBigEndian = word === 'big';
  const alignment = contents.line(STORAGE_ALIGNMENT);
  if (alignment && !/^\s*[+-]?\d+\s*$/.test(Buffer.from(alignment).toString('latin1'))) {
    throw new TorchProblem('bad-version', `${STORAGE_ALIGNMENT} is not a number.`, { record: STORAGE_ALIGNMENT });
  }
  const id = contents.line(SERIALIZATION_ID);
  if (id && !isUtf8(id)) throw new TorchProblem('bad-version', `${SERIALIZATION_ID} is not text.`, { record: SERIALIZATION_ID });
}

function isUtf8(bytes: Uint8Array): boolean {
  return Buffer.from(Buffer.from(bytes).toString('utf8'), 'utf8').equals(bytes);
}

function checkContainer(contents: Contents, draft: Draft): void {
  const { archive, source } = contents;
  const layout = draft.layout ?? '1.13';
  const hasNoCrcs = contents.hasNoCrcs();
  const offset = findNonCanonicalByte(source, archive, layout, alignmentOf(contents.line(STORAGE_ALIGNMENT)), (record) =>
    hasNoCrcs ? 0 : (contents.crcs.get(record.name) ?? record.crc),
  ) ?? (draft.isBigEndian ? archive.records.get('byteorder')?.dataOffset : undefined);
  if (offset === undefined) return;
  warn(draft, 'non-canonical', `Byte ${offset} is the first that differs from what PyTorch writes around these records.`, { offset });
}

function checkGraph(contents: Contents, pickle: ParsedPickle, draft: Draft): void {
  const { records } = contents.archive;
  draft.smallStorages = contents.smallStorages();
  if (pickle.trailingBytes > 0 && pickle.root) {
    warn(draft, 'pickle-trailing-data', `${pickle.trailingBytes} bytes follow the object description in data.pkl.`, {
      bytes: pickle.trailingBytes,
    });
  }
  if (draft.isBigEndian) warn(draft, 'big-endian', 'The file was written on a big-endian machine.');
  const tensors = pickle.root ? assertFiniteTree(pickle.root) : [];
  draft.root = pickle.root;
  checkStorages(records, pickle, draft);
  for (const tensor of tensors) assertViewInside(tensor);
  if (pickle.unsafeGlobals.length > 0) {
    throw new TorchProblem('unsafe-global', `data.pkl names code to run on loading: ${pickle.unsafeGlobals.join(', ')}. Nothing was run.`, {
      globals: pickle.unsafeGlobals,
    });
  }
}

function checkStorages(records: TorchArchive['records'], pickle: ParsedPickle, draft: Draft): void {
  const used = new Set<string>();
  for (const storage of pickle.storages) {
    const name = storageRecord(storage.key);
    const stored = records.get(name);
    if (!stored) throw missingRecord(name);
    if (stored.size !== storage.byteLength) {
      throw new TorchProblem('size-mismatch', `Record ${name} has ${stored.size} bytes, its tensor needs ${storage.byteLength}.`, {
        record: name,
        have: stored.size,
        want: storage.byteLength,
      });
    }
    used.add(name);
  }
  for (const name of records.keys()) {
    if (isStorageRecord(name) && !used.has(name)) warn(draft, 'unreferenced-record', `No tensor uses record ${name}.`, { record: name });
  }
}

function describeValues(contents: Contents, image: ImageScan | undefined, draft: Draft): void {
  const record = image && contents.archive.records.get(image.record);
  if (!image || !record) return;
  const result = image.scan ? image.scan.finish() : scanView(image, () => readRecord(contents.source, record));
  draft.statistics = result?.statistics;
  draft.histogram = result?.histogram;
}

function warn(draft: Draft, code: TorchFinding['code'], message: string, details: TorchFinding['details'] = {}): void {
  draft.warnings.push({ code, message, details });
}
