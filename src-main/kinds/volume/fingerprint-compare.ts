import { encodePythonJson, pythonJsonEquals, type PythonJson } from '../../formats/json/index.ts';
import type { TypedParameters } from './fingerprint-pipeline.ts';

export interface ParameterDifference {
  /** As the config calls it, e.g. `image_processing.target_spacing`. */
  readonly field: string;
  /** The two values as Python JSON. */
  readonly a: string;
  readonly b: string;
  /** True where both are the same number, typed once as an integer and once with a point. */
  readonly onlySpelling: boolean;
  readonly message: string;
}

/** Config fields that decide the directory, in the order of the config file. */
const FIELDS: readonly (readonly [string, (parameters: TypedParameters) => PythonJson])[] = [
  ['torch_dtype', (p) => p.dtype],
  ['image_processing.target_spacing', (p) => p.targetSpacing],
  ['image_processing.target_shape_dhw', (p) => p.targetShape],
  ['image_processing.clip_hu_min', (p) => p.clipMin],
  ['image_processing.clip_hu_max', (p) => p.clipMax],
  ['image_processing.orientation_axcodes', (p) => p.axcodes],
  ['image_processing.scale_b_min', (p) => p.scaleMin],
  ['image_processing.scale_b_max', (p) => p.scaleMax],
];

/** Fields in which two sets of parameters differ; empty exactly when both have the same directory. */
export function describeParameterDifferences(a: TypedParameters, b: TypedParameters): ParameterDifference[] {
  return FIELDS.flatMap(([field, get]) => {
    const [left, right] = [get(a), get(b)];
    return pythonJsonEquals(left, right) ? [] : [difference(field, left, right)];
  });
}

function difference(field: string, left: PythonJson, right: PythonJson): ParameterDifference {
  const [a, b] = [encodePythonJson(left), encodePythonJson(right)];
  const onlySpelling = pythonJsonEquals(asFloats(left), asFloats(right));
  const reason = onlySpelling ? '; the same number, but the spelling is part of the directory name' : '';
  return { field, a, b, onlySpelling, message: `${field}: ${a} and ${b}${reason}` };
}

function asFloats(value: PythonJson): PythonJson {
  if (typeof value === 'bigint') return Number(value);
  return Array.isArray(value) ? value.map(asFloats) : value;
}
