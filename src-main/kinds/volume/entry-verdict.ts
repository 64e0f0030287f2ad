import type { Finding, FindingCode } from '../../contract/findings.ts';
import { FINDINGS } from '../../contract/findings.ts';
import type { ByteSource, HistogramRequest, PyValue, TensorStatistics, TorchDtype, TorchFinding, TorchReport } from '../../formats/torch/index.ts';
import { getItem, smallNumbers, verifyTorchFile } from '../../formats/torch/index.ts';
import type { VolumeDtype } from './contract.ts';

/** What an entry of a cache has to be; what is left out is not checked. */
export interface VolumeExpectation {
  /** (channels, o0, o1, o2); -1 stands for any size. */
  readonly shape?: readonly number[];
  readonly dtype?: VolumeDtype;
  /** Range the intensity window maps to; null where the parameters leave it open. */
  readonly bMin?: number | null;
  readonly bMax?: number | null;
  /** Entry key; the archive folder inside the file is named after it. */
  readonly prefix?: string;
  /** Also count the values, for a histogram. */
  readonly histogram?: HistogramRequest;
}

export interface VolumeVerdict {
  /** No finding is an error. */
  readonly ok: boolean;
  /** Errors first; without key and name. */
  readonly findings: readonly Finding[];
  readonly report: TorchReport;
}

/**
 * Checks one entry: the bytes of the file, then its meaning for this cache. Values (`non-finite`,
 * `out-of-range`, `constant`) are only checked at level `deep`.
 *
 * @throws only what `source.read` throws
 */
export function verifyVolumeEntry(source: ByteSource, expected: VolumeExpectation, level: 'quick' | 'deep'): VolumeVerdict {
  const report = verifyTorchFile(source, { level, ...(expected.histogram === undefined ? {} : { histogram: expected.histogram }) });
  const found = report.error ? [errorFinding(report.error)] : meaningFindings(report, expected);
  const warnings = report.warnings.map(({ code, message, details }) => finding(code, message, details));
  const findings = [...found, ...warnings].toSorted((a, b) => rank(a) - rank(b));
  return { ok: findings.every(({ severity }) => severity !== 'error'), findings, report };
}

function rank({ severity }: Finding): number {
  return severity === 'error' ? 0 : 1;
}

function finding(code: FindingCode, message: string, details: Readonly<Record<string, unknown>> = {}): Finding {
  return { code, severity: FINDINGS[code].severity, message, details };
}

/** Always an error, also where the code usually warns: 70 000 bytes behind an archive hide its end from PyTorch. */
function errorFinding({ code, message, details }: TorchFinding): Finding {
  return { ...finding(code, message, details), severity: 'error' };
}

function meaningFindings(report: TorchReport, expected: VolumeExpectation): Finding[] {
  return [
    ...prefixFindings(report, expected),
    ...metadataFindings(report),
    ...imageFindings(report, expected),
    ...(report.image && report.statistics ? valueFindings(report.statistics, expected, report.image.dtype) : []),
  ];
}

const KEY = /^[0-9a-f]{32}$/;

/**
 * PyTorch names the archive folder after the file it writes and never looks at it again. Another
 * entry's key there means that the file was renamed; any other word proves nothing.
 */
function prefixFindings({ prefix }: TorchReport, expected: VolumeExpectation): Finding[] {
  if (expected.prefix === undefined || prefix === undefined || prefix === expected.prefix || !KEY.test(prefix)) return [];
  return [finding('misnamed-entry', `The file was written as ${prefix}.pt.`, { expected: expected.prefix, found: prefix })];
}

/**
 * `affine` and `original_affine` of `image_meta_dict` are the same matrix, stored in two places, and
 * the affine before resampling is that matrix with its columns permuted and flipped. Records that
 * were swapped break one of the two.
 */
function metadataFindings(report: TorchReport): Finding[] {
  const dictionary = getItem(report.root, 'image_meta_dict');
  const affine = smallNumbers(report, getItem(dictionary, 'affine'))?.values;
  const original = smallNumbers(report, getItem(dictionary, 'original_affine'))?.values;
  if (!affine || !original) return [];
  if (!isSameMatrix(affine, original)) {
    return [
      finding('meta-inconsistent', 'image_meta_dict.affine differs from image_meta_dict.original_affine, of which it is a copy.', {
        what: 'image_meta_dict.affine',
        affine,
        original_affine: original,
      }),
    ];
  }
  const oriented = smallNumbers(report, sourceAffine(report.image?.state))?.values;
  if (!oriented || oriented.length !== 16 || original.length !== 16 || hasSameColumns(oriented, original)) return [];
  return [
    finding('meta-inconsistent', 'The affine before resampling is no reorientation of original_affine.', {
      what: 'src_affine',
      src_affine: oriented,
      original_affine: original,
    }),
  ];
}

function sourceAffine(state: PyValue | undefined): PyValue | undefined {
  const operations = getItem(state, '_applied_operations');
  if (operations?.kind !== 'list') return undefined;
  const resample = operations.items.find((item) => {
    const name = getItem(item, 'class');
    return name?.kind === 'text' && name.value === 'SpatialResample';
  });
  return getItem(getItem(resample, 'extra_info'), 'src_affine');
}

/** Bit for bit, except that NaN equals NaN: both were written from the same array. */
function isSameMatrix(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i] || (Number.isNaN(value) && Number.isNaN(b[i])));
}

/** Columns 0 to 2 of `a` are those of `b`, in any order, with either sign; products with ±1 lose no bits but −0. */
function hasSameColumns(a: readonly number[], b: readonly number[]): boolean {
  const columns = (m: readonly number[]): string[] => [0, 1, 2].map((c) => unsigned([m[c] ?? NaN, m[c + 4] ?? NaN, m[c + 8] ?? NaN])).toSorted();
  const [left, right] = [columns(a), columns(b)];
  return left.every((column, i) => column === right[i]);
}

/** Text of a vector with its first non-zero component made positive. */
function unsigned(vector: readonly number[]): string {
  const sign = Math.sign(vector.find((value) => value !== 0) ?? 1);
  return vector.map((value) => value * sign + 0).join(' ');
}

function imageFindings({ image }: TorchReport, expected: VolumeExpectation): Finding[] {
  if (!image) return [noImage(expected)];
  const found: Finding[] = [];
  if (expected.shape && !matchesShape(image.shape, expected.shape)) {
    const wanted = expected.shape.map((size) => (size < 0 ? 'any' : size)).join(', ');
    found.push(finding('wrong-shape', `The shape is (${image.shape.join(', ')}) instead of (${wanted}).`, { expected: expected.shape, found: image.shape }));
  }
  if (expected.dtype && image.dtype !== expected.dtype) {
    found.push(finding('wrong-dtype', `The dtype is ${image.dtype} instead of ${expected.dtype}.`, { expected: expected.dtype, found: image.dtype }));
  }
  return found;
}

/** MONAI saves whatever a pipeline returns: lists of crops, labels alone, NumPy arrays. Only where the parameters are known is that wrong. */
function noImage({ shape }: VolumeExpectation): Finding {
  const found = finding('wrong-shape', 'The file holds no tensor under the key "image".', { expected: shape });
  return shape ? found : { ...found, severity: 'warning', message: 'The file holds no tensor under the key "image", and nothing says that it should.' };
}

function matchesShape(shape: readonly number[], expected: readonly number[]): boolean {
  return shape.length === expected.length && shape.every((size, i) => expected[i] === -1 || expected[i] === size);
}

function valueFindings(statistics: TensorStatistics, expected: VolumeExpectation, dtype: TorchDtype): Finding[] {
  const { min, max, count, nonFiniteCount } = statistics;
  const found: Finding[] = [];
  if (nonFiniteCount > 0) {
    found.push(finding('non-finite', `${nonFiniteCount} of ${count} values are NaN or infinite.`, { count: nonFiniteCount, of: count }));
  }
  const bounds = allowedRange(expected, dtype);
  if (min < bounds.min || max > bounds.max) {
    found.push(
      finding('out-of-range', `Values lie in [${min}, ${max}], outside [${expected.bMin ?? '-∞'}, ${expected.bMax ?? '∞'}].`, {
        min,
        max,
        bMin: expected.bMin,
        bMax: expected.bMax,
      }),
    );
  }
  if (min === max && count > 1) found.push(finding('constant', `All ${count} values are ${min}.`, { value: min }));
  return found;
}

/** Largest relative rounding step of a dtype; float64 entries hold widened float32 values. */
const RELATIVE_STEP: Readonly<Partial<Record<TorchDtype, number>>> = { float16: 2 ** -10, bfloat16: 2 ** -7, float32: 1e-6, float64: 1e-6 };

/**
 * The window's range, widened by one rounding step. 0 is always allowed: smoothing before a Resize
 * pads with zeros, whatever the range is (monai/transforms/spatial/functional.py, `resize`).
 */
function allowedRange({ bMin, bMax }: VolumeExpectation, dtype: TorchDtype): { readonly min: number; readonly max: number } {
  const low = bMin ?? -Infinity;
  const high = bMax ?? Infinity;
  const largest = Math.max(...[low, high].filter(Number.isFinite).map(Math.abs), 0);
  const tolerance = largest * (RELATIVE_STEP[dtype] ?? 0);
  return { min: Math.min(low, high, 0) - tolerance, max: Math.max(low, high, 0) + tolerance };
}
