import { crc32 } from 'node:zlib';
import type { ArchiveRecord, TorchArchive } from './archive.ts';
import { missingRecord, readRecord } from './archive.ts';
import type { ByteSource } from './byte-source.ts';
import type { ImageScan } from './image-scan.ts';
import { isStorageRecord } from './layout.ts';
import { LIMITS } from './limits.ts';
import { TorchProblem } from './problem.ts';
import { scanRecord } from './record-scan.ts';

/** Runs now what is only reported later, at its place in the order of checks. */
export type Attempt<T> = { readonly value: T; readonly problem?: undefined } | { readonly value?: undefined; readonly problem: TorchProblem };

export function attempt<T>(work: () => T): Attempt<T> {
  try {
    return { value: work() };
  } catch (error) {
    if (!(error instanceof TorchProblem)) throw error;
    return { problem: error };
  }
}

export function unwrap<T>(outcome: Attempt<T>): T {
  if (outcome.problem) throw outcome.problem;
  return outcome.value;
}

/** Contents of the small records and the CRCs of all that were read. */
export class RecordContents {
  readonly archive: TorchArchive;
  readonly source: ByteSource;
  readonly crcs = new Map<string, number>();
  readonly #small = new Map<string, Uint8Array>();
  readonly #level: 'quick' | 'deep';
  /** Deflated records that cannot be unpacked. */
  readonly problems = new Map<string, TorchProblem>();

  constructor(source: ByteSource, archive: TorchArchive, level: 'quick' | 'deep') {
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
