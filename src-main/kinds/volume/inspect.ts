import type { EntryStatistics } from '../../contract/entries.ts';
import { fileError, isLarderError } from '../../base/index.ts';
import type { Histogram, TorchReport } from '../../formats/torch/index.ts';
import { columnLengths } from '../../numeric/index.ts';
import type { VolumeFileFacts, VolumeGeometry, VolumeHistogram } from './contract.ts';
import { inspectVolumeEntry, verifyVolumeEntry } from './entry-file.ts';
import type { VolumeExpectation, VolumeVerdict } from './entry-file.ts';
import type { FileSource } from './file-source.ts';
import { openFileSource } from './file-source.ts';
import { directionsIn } from './preview-grid.ts';
import type { ValueStatistics } from './result.ts';
import { windowOf } from './window.ts';

export interface VolumeInspectPayload {
  readonly path: string;
  readonly key: string;
  readonly expected: VolumeExpectation;
}

export function asStatistics(statistics: ValueStatistics): EntryStatistics {
  const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);
  return { min: finite(statistics.min), max: finite(statistics.max), mean: finite(statistics.mean), nonFiniteCount: statistics.nonFiniteCount };
}

const BINS = 64;

/** Everything about one file, for `larder show` and the inspector. */
export async function inspect(payload: VolumeInspectPayload): Promise<VolumeFileFacts> {
  const source = openFileSource(payload.path);
  try {
    const verdict = checkWithHistogram(source, payload);
    const { report } = verdict;
    const readable = report.error === undefined ? report : structureOf(source);
    const facts = readable === undefined ? null : inspectVolumeEntry(readable);
    return {
      ok: verdict.ok,
      findings: verdict.findings,
      sizeBytes: source.size,
      layout: report.layout ?? null,
      prefix: report.prefix ?? null,
      records: report.records,
      statistics: report.statistics === undefined ? null : asStatistics(report.statistics),
      histogram: report.histogram === undefined ? null : asHistogram(report.histogram),
      window: windowOf(payload.expected) ?? null,
      geometry: geometryOf(facts?.affine),
      facts,
    };
  } catch (error) {
    throw isLarderError(error) ? error : fileError(error, payload.path, 'reading the entry');
  } finally {
    source.close();
  }
}

/** What can still be read of a file whose contents have changed; undefined if not even that. */
function structureOf(source: FileSource): TorchReport | undefined {
  const { report } = verifyVolumeEntry(source, {}, 'quick');
  return report.error === undefined ? report : undefined;
}

/**
 * Counted over the range the parameters map to. Where they leave it open, or all values lie elsewhere,
 * the range of the values is found first and the file is read again.
 */
function checkWithHistogram(source: FileSource, { expected, key }: VolumeInspectPayload): VolumeVerdict {
  const check = (range: { readonly min: number; readonly max: number } | undefined): VolumeVerdict =>
    verifyVolumeEntry(source, { ...expected, prefix: key, ...(range === undefined ? {} : { histogram: { bins: BINS, ...range } }) }, 'deep');
  const window = windowOf(expected);
  const first = check(window);
  const { statistics } = first.report;
  if (statistics === undefined || !Number.isFinite(statistics.min) || !Number.isFinite(statistics.max)) return first;
  const { min, max } = statistics;
  if (window !== undefined && min >= window.min && max <= window.max) return first;
  return check(min < max ? { min, max } : { min: min - 0.5, max: max + 0.5 });
}

function asHistogram({ min, max, counts, below, above }: Histogram): VolumeHistogram {
  return { min, max, counts, below, above };
}

const LETTERS = ['LR', 'PA', 'IS'] as const;
/** Cosine beyond which an axis counts as lying along a world axis: less than a thousandth of a degree off. */
const ALIGNED = 1 - 1e-10;

/** Where the array axes point and how far their steps are, from the affine of the result. */
function geometryOf(affine: readonly number[] | undefined): VolumeGeometry | null {
  if (affine === undefined || affine.length !== 16 || !affine.every(Number.isFinite)) return null;
  const matrix = Float64Array.from(affine);
  const directions = directionsIn(matrix);
  if (directions === undefined) return null;
  const spacing = columnLengths(matrix, 3);
  const isAligned = directions.every(({ worldAxis }, axis) => Math.abs(matrix[worldAxis * 4 + axis]!) / spacing[axis]! >= ALIGNED);
  return { spacing, orientation: directions.map(({ worldAxis, sign }) => LETTERS[worldAxis]![sign > 0 ? 1 : 0]).join(''), isAligned };
}
