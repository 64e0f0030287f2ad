import { isPythonJsonArray, type PythonJson, type PythonJsonArray } from '../../formats/json/index.ts';
import type { VolumeParameters } from './contract.ts';
import type { TypedParameters } from './fingerprint-pipeline.ts';

export interface ParameterProblem {
  readonly severity: 'error' | 'warning';
  /** Key below `image_processing`. */
  readonly field: ParameterField;
  /** Which entry, where the field is a list. */
  readonly index?: number;
  readonly message: string;
  readonly allowed?: string;
}

export type ParameterField =
  | 'target_spacing'
  | 'target_shape_dhw'
  | 'clip_hu_min'
  | 'clip_hu_max'
  | 'orientation_axcodes'
  | 'scale_b_min'
  | 'scale_b_max';

export interface CheckedParameters {
  /** Missing when one of the problems is an error. */
  readonly parameters?: VolumeParameters;
  readonly problems: readonly ParameterProblem[];
}

type Report = (problem: ParameterProblem) => void;

/** More voxels per axis than any scanner makes; a typing mistake beyond it would ask for terabytes. */
const MAX_AXIS_VOXELS = 16_384;
/** Voxels of one finished volume; 4 GiB as float32. */
const MAX_VOXELS = 2 ** 30;

/**
 * Turns typed parameters into the numbers of the arithmetic. Errors are values that make every item
 * fail in the reference (MONAI 1.5.0), warnings are values it accepts but nobody means.
 */
export function checkParameters(typed: TypedParameters): CheckedParameters {
  const problems: ParameterProblem[] = [];
  const report: Report = (problem) => problems.push(problem);
  const targetSpacing = checkSpacing(typed.targetSpacing, report);
  const targetShape = checkShape(typed.targetShape, report);
  const aMin = checkBound(typed.clipMin, 'clip_hu_min', report);
  const aMax = checkBound(typed.clipMax, 'clip_hu_max', report);
  const bMin = typed.scaleMin === null ? null : checkBound(typed.scaleMin, 'scale_b_min', report);
  const bMax = typed.scaleMax === null ? null : checkBound(typed.scaleMax, 'scale_b_max', report);
  const axcodes = checkAxcodes(typed.axcodes, report);
  checkWindow(aMin, aMax, report);
  checkScale(bMin, bMax, report);
  if (problems.some((problem) => problem.severity === 'error')) return { problems };
  return {
    problems,
    parameters: {
      targetSpacing,
      targetShape: targetShape!,
      aMin: aMin!,
      aMax: aMax!,
      bMin: bMin!,
      bMax: bMax!,
      axcodes: axcodes!,
      dtype: typed.dtype,
    },
  };
}

function checkSpacing(spacing: readonly number[], report: Report): readonly number[] {
  const field = 'target_spacing';
  const allowed = 'a list of 1 to 3 numbers of mm; 0 or less keeps that axis as it is';
  if (spacing.length === 0) report({ severity: 'error', field, message: 'the list is empty', allowed });
  if (spacing.length > 3) {
    report({ severity: 'warning', field, message: `has ${spacing.length} numbers; only the first 3 are used`, allowed });
  }
  spacing.forEach((value, index) => {
    if (!Number.isFinite(value)) report({ severity: 'error', field, index, message: `${value} is not a length`, allowed });
  });
  return spacing;
}

const SHAPE_ALLOWED = `a list of 3 whole numbers of voxels; 0 or less keeps that axis as it is, ${MAX_AXIS_VOXELS} is the most`;

function checkShape(shape: PythonJson, report: Report): readonly number[] | undefined {
  const field = 'target_shape_dhw';
  if (!isPythonJsonArray(shape) || shape.length !== 3) {
    const message = isPythonJsonArray(shape) ? `has ${shape.length} entries` : `is ${nameOf(shape)}, not a list`;
    report({ severity: 'error', field, message, allowed: SHAPE_ALLOWED });
    return undefined;
  }
  const sizes = shape.map((entry, index) => checkSize(entry, index, report));
  const voxels = sizes.reduce((product, size) => product * Math.max(1, size), 1);
  if (voxels > MAX_VOXELS) {
    const message = `${voxels} voxels per volume are more than the ${MAX_VOXELS} Larder handles`;
    report({ severity: 'error', field, message, allowed: SHAPE_ALLOWED });
  }
  return sizes;
}

/** Voxels along one axis, cut to an integer as the reference cuts it; 0 where it is reported as an error. */
function checkSize(entry: PythonJson, index: number, report: Report): number {
  const add = (severity: 'error' | 'warning', message: string): void =>
    report({ severity, field: 'target_shape_dhw', index, message, allowed: SHAPE_ALLOWED });
  const size = typeof entry === 'boolean' ? undefined : numberOf(entry);
  if (size === undefined || !Number.isFinite(size) || size > MAX_AXIS_VOXELS) {
    add('error', `${nameOf(entry)} is not a number of voxels`);
    return 0;
  }
  const whole = Math.trunc(size);
  // A fraction above 0 does not keep the axis: the reference asks for 0 voxels and fails.
  if (size > 0 && whole === 0) add('error', `${size} is cut to 0 voxels`);
  else if (whole !== size) add('warning', `${size} is cut to ${whole}`);
  return whole;
}

function checkBound(value: PythonJson, field: ParameterField, report: Report): number | undefined {
  const allowed = field.startsWith('scale') ? 'a number, or null for no bound on this side' : 'a number';
  const number = numberOf(value);
  if (number === undefined) {
    report({ severity: 'error', field, message: `is ${nameOf(value)}, not a number${spellingHint(value)}`, allowed });
    return undefined;
  }
  const failure = boundFailure(value, field);
  if (failure !== undefined) {
    report({ severity: 'error', field, message: failure, allowed });
    return undefined;
  }
  if (typeof value === 'boolean') {
    report({ severity: 'warning', field, message: `YAML 1.1 reads this as ${value}, which counts as ${number}`, allowed });
  }
  if (!Number.isFinite(number)) {
    report({ severity: 'warning', field, message: `is ${number}: the result will hold NaN or infinity`, allowed });
  }
  return number;
}

/** What PyTorch refuses in a bound, for every item: it subtracts no boolean, and takes integers of 64 bits. */
function boundFailure(value: PythonJson, field: ParameterField): string | undefined {
  if (typeof value === 'boolean' && field === 'clip_hu_min') return `YAML 1.1 reads this as ${value}, which PyTorch cannot subtract`;
  if (typeof value === 'bigint' && (value < -(2n ** 63n) || value >= 2n ** 64n)) return 'is an integer of more than 64 bits, which PyTorch cannot take';
  return undefined;
}

function spellingHint(value: PythonJson): string {
  if (typeof value !== 'string') return '';
  const number = looseNumber(value);
  if (number === undefined) return '';
  return '; YAML 1.1 needs a point and a signed exponent for a float, no quotes, and no variables, as in 1.0e+3';
}

/** The number a person means by a text that YAML 1.1 does not read as one: `1e3`, `"5"`, `-.5`. */
export function looseNumber(text: string): number | undefined {
  const trimmed = text.trim();
  if (!/^[-+]?(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][-+]?\d+)?$/.test(trimmed)) return undefined;
  return Number(trimmed.replaceAll('_', ''));
}

function checkWindow(aMin: number | undefined, aMax: number | undefined, report: Report): void {
  if (aMin === undefined || aMax === undefined) return;
  const field = 'clip_hu_max';
  if (aMin === aMax) {
    report({ severity: 'warning', field, message: `equals clip_hu_min (${aMin}): values are shifted, not scaled or clipped` });
  } else if (aMin > aMax) {
    report({ severity: 'warning', field, message: `is below clip_hu_min (${aMin}): intensities are inverted` });
  }
}

function checkScale(bMin: number | null | undefined, bMax: number | null | undefined, report: Report): void {
  if (bMin === null && bMax === null) {
    const message = 'is null, and so is scale_b_min: clipping needs at least one bound';
    report({ severity: 'error', field: 'scale_b_max', message, allowed: 'a number in at least one of the two' });
  }
  if (typeof bMin === 'number' && typeof bMax === 'number' && bMin >= bMax) {
    report({ severity: 'warning', field: 'scale_b_max', message: `is not above scale_b_min (${bMin}): every voxel becomes ${bMax}` });
  }
}

const WORLD_AXES = ['RL', 'AP', 'SI'] as const;

function checkAxcodes(axcodes: PythonJson, report: Report): string | undefined {
  const field = 'orientation_axcodes';
  const allowed = 'three letters, one each of R/L, A/P and S/I, as in LPS or RAS';
  const letters: PythonJsonArray | undefined = typeof axcodes === 'string' ? [...axcodes] : asList(axcodes);
  const used = letters?.slice(0, 3) ?? [];
  const axes = used.map((letter) => WORLD_AXES.findIndex((pair) => typeof letter === 'string' && letter.length === 1 && pair.includes(letter)));
  if (used.length < 2 || axes.includes(-1) || new Set(axes).size !== axes.length) {
    report({ severity: 'error', field, message: `${nameOf(axcodes)} is not an orientation`, allowed });
    return undefined;
  }
  if (used.length === 2) report({ severity: 'warning', field, message: 'two letters serve two-dimensional images only', allowed });
  if (letters!.length > 3) report({ severity: 'warning', field, message: 'letters after the third are ignored', allowed });
  return used.join('');
}

function asList(value: PythonJson): PythonJsonArray | undefined {
  return isPythonJsonArray(value) ? value : undefined;
}

function numberOf(value: PythonJson): number | undefined {
  if (typeof value === 'number') return value;
  return typeof value === 'bigint' || typeof value === 'boolean' ? Number(value) : undefined;
}

/** A value as it is named in a sentence. */
function nameOf(value: PythonJson): string {
  if (value === null) return 'null';
  if (typeof value === 'string') return `the text "${value.slice(0, 40)}"`;
  if (isPythonJsonArray(value)) return 'this list';
  return typeof value === 'object' ? 'a mapping' : String(value);
}
