import { openArchive, readRecord } from './archive.ts';
import type { TorchArchive } from './archive.ts';
import type { ByteSource } from './byte-source.ts';
import { assertZipStart } from './file-kind.ts';
import { imageScanOf, scanView } from './image-scan.ts';
import type { ImageScan } from './image-scan.ts';
import { layoutOf } from './layout.ts';
import type { TorchLayout } from './layout.ts';
import { LIMITS } from './limits.ts';
import { parsePickle } from './pickle-reader.ts';
import type { TorchFinding } from './problem.ts';
import { TorchProblem } from './problem.ts';
import type { PyValue, Tensor } from './py-value.ts';
import { RecordContents, attempt, unwrap } from './record-contents.ts';
import type { Histogram, HistogramRequest, TensorStatistics } from './value-scan.ts';
import { checkContainer, checkCrcs, checkGraph, checkOneLineRecords, checkPickleFraming } from './verify-checks.ts';
import type { Warn } from './verify-checks.ts';

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
  /**
   * The object graph; undefined if it could not be read. After an error it may be of any depth, or
   * contain itself: walk it only if the file is `ok`.
   */
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
  const warn: Warn = (code, message, details = {}) => void draft.warnings.push({ code, message, details });
  assertZipStart(source);
  const archive = openArchive(source);
  const layout = layoutOf(new Set(archive.records.keys()));
  describeArchive(archive, layout, draft);
  if (source.size > archive.archiveEnd) {
    const bytes = source.size - archive.archiveEnd;
    warn('trailing-data', `${bytes} bytes follow the archive.`, { bytes });
  }
  const contents = new RecordContents(source, archive, options.level);
  // The pickle tells which record is the image, so it is read first and judged later.
  const pickle = attempt(() => parsePickle(contents.require('data.pkl', LIMITS.pickleBytes, 'bad-pickle')));
  const image = pickle.value && imageScanOf(pickle.value.root, options, contents.isBigEndian());
  contents.scan(image);
  checkCrcs(contents, warn);
  checkOneLineRecords(contents);
  draft.isBigEndian = contents.isBigEndian();
  draft.smallStorages = contents.smallStorages();
  checkContainer(contents, layout, warn);
  const parsed = unwrap(pickle);
  checkPickleFraming(contents, parsed, warn);
  draft.root = parsed.root;
  checkGraph(archive.records, parsed, warn);
  draft.image = image?.tensor;
  if (options.level === 'deep') describeValues(contents, image, draft);
}

function describeArchive(archive: TorchArchive, layout: TorchLayout, draft: Draft): void {
  draft.prefix = Buffer.from(archive.rawPrefix, 'latin1').toString('utf8');
  draft.records = [...archive.records.values()].map(({ name, size, crc, dataOffset }) => ({ name, size, crc, offset: dataOffset }));
  draft.layout = layout;
}

function describeValues(contents: RecordContents, image: ImageScan | undefined, draft: Draft): void {
  const record = image && contents.archive.records.get(image.record);
  if (!image || !record) return;
  const result = image.scan ? image.scan.finish() : scanView(image, () => readRecord(contents.source, record));
  draft.statistics = result?.statistics;
  draft.histogram = result?.histogram;
}
