import { descriptorCrc, missingRecord } from './archive.ts';
import type { TorchArchive } from './archive.ts';
import { alignmentOf, findNonCanonicalByte } from './canonical.ts';
import { assertFiniteTree, assertViewInside } from './graph.ts';
import { SERIALIZATION_ID, STORAGE_ALIGNMENT, isStorageRecord, storageRecord } from './layout.ts';
import type { TorchLayout } from './layout.ts';
import type { ParsedPickle } from './pickle-reader.ts';
import type { TorchFinding } from './problem.ts';
import { TorchProblem } from './problem.ts';
import type { RecordContents } from './record-contents.ts';

/** Takes the warnings of a check. Errors end it: they are thrown as TorchProblem. */
export type Warn = (code: TorchFinding['code'], message: string, details?: TorchFinding['details']) => void;

/**
 * Compares every content that was read with the CRC-32 of the directory or, should that be the
 * damaged one, of the data descriptor. PyTorch itself never looks at them.
 */
export function checkCrcs(contents: RecordContents, warn: Warn): void {
  for (const problem of contents.problems.values()) throw problem;
  if (contents.hasNoCrcs()) return warn('no-crc', 'All checksums of the archive are 0.');
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
export function checkOneLineRecords(contents: RecordContents): void {
  checkVersion(contents);
  const order = contents.line('byteorder', 'bad-byteorder');
  const word = order && latin1(order);
  if (order && word !== 'little' && word !== 'big') {
    throw new TorchProblem('bad-byteorder', `The byte order is ${JSON.stringify(word)}.`, { found: Buffer.from(order).toString('hex') });
  }
  const alignment = contents.line(STORAGE_ALIGNMENT);
  if (alignment && !/^\s*[+-]?\d+\s*$/.test(latin1(alignment))) {
    throw new TorchProblem('bad-version', `${STORAGE_ALIGNMENT} is not a number.`, { record: STORAGE_ALIGNMENT });
  }
  const id = contents.line(SERIALIZATION_ID);
  if (id && !isUtf8(id)) throw new TorchProblem('bad-version', `${SERIALIZATION_ID} is not text.`, { record: SERIALIZATION_ID });
}

function checkVersion(contents: RecordContents): void {
  const content = contents.line('version') ?? contents.line('.data/version') ?? new Uint8Array(0);
  const text = latin1(content);
  const version = /^\s*\d{1,9}\s*$/.test(text) ? Number(text) : undefined;
  if (version !== undefined && version >= 1 && version <= 10) return;
  throw new TorchProblem('bad-version', `The format version is ${JSON.stringify(text)} instead of 1 to 10.`, {
    found: version ?? Buffer.from(content).toString('hex'),
  });
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}

function isUtf8(bytes: Uint8Array): boolean {
  return Buffer.from(Buffer.from(bytes).toString('utf8'), 'utf8').equals(bytes);
}

/**
 * Compares the bytes around the contents with what PyTorch writes there. A big-endian file counts as
 * different from its byte order on: no machine Larder runs on would have written it.
 */
export function checkContainer(contents: RecordContents, layout: TorchLayout, warn: Warn): void {
  const { archive, source } = contents;
  const hasNoCrcs = contents.hasNoCrcs();
  const alignment = alignmentOf(contents.line(STORAGE_ALIGNMENT));
  const different = findNonCanonicalByte(source, archive, layout, alignment, (record) =>
    hasNoCrcs ? 0 : (contents.crcs.get(record.name) ?? record.crc),
  );
  const offset = different ?? (contents.isBigEndian() ? archive.records.get('byteorder')?.dataOffset : undefined);
  if (offset === undefined) return;
  warn('non-canonical', `Byte ${offset} is the first that differs from what PyTorch writes around these records.`, { offset });
}

/** Warns of what PyTorch ignores in and around the object description. */
export function checkPickleFraming(contents: RecordContents, pickle: ParsedPickle, warn: Warn): void {
  const { trailingBytes } = pickle;
  if (trailingBytes > 0 && pickle.root) {
    warn('pickle-trailing-data', `${trailingBytes} bytes follow the object description in data.pkl.`, { bytes: trailingBytes });
  }
  if (contents.isBigEndian()) warn('big-endian', 'The file was written on a big-endian machine.');
}

/** Storages against records, tensors against storages, and last the names of code. */
export function checkGraph(records: TorchArchive['records'], pickle: ParsedPickle, warn: Warn): void {
  const tensors = pickle.root ? assertFiniteTree(pickle.root) : [];
  checkStorages(records, pickle, warn);
  for (const tensor of tensors) assertViewInside(tensor);
  const { unsafeGlobals } = pickle;
  if (unsafeGlobals.length === 0) return;
  throw new TorchProblem('unsafe-global', `data.pkl names code to run on loading: ${unsafeGlobals.join(', ')}. Nothing was run.`, {
    globals: unsafeGlobals,
  });
}

function checkStorages(records: TorchArchive['records'], pickle: ParsedPickle, warn: Warn): void {
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
    if (isStorageRecord(name) && !used.has(name)) warn('unreferenced-record', `No tensor uses record ${name}.`, { record: name });
  }
}
