import {
  isPythonJsonArray,
  isPythonJsonObject,
  parsePythonJson,
  pythonJsonEquals,
  type PythonJson,
} from '../../formats/json/index.ts';
import { checkParameters } from './config-parameters.ts';
import { VOLUME_DTYPES, type VolumeParameters } from './contract.ts';
import { pipelineDescription, type TypedParameters } from './fingerprint-pipeline.ts';
import { directoryNameOf } from './fingerprint.ts';

export type CacheParams =
  | {
      readonly ok: true;
      readonly parameters: VolumeParameters;
      readonly typed: TypedParameters;
      /** The name a directory with these parameters has; another name is a `params-mismatch`. */
      readonly directoryName: string;
    }
  | {
      readonly ok: false;
      /** What is wrong, as a sentence about the file. */
      readonly problem: string;
      /** Present where the text is JSON at all, whatever pipeline it describes. */
      readonly directoryName?: string;
    };

/** A real `cache_params.json` is about 5 KB. */
const MAX_LENGTH = 1024 * 1024;
const MAX_DEPTH = 32;

/** Reads the text of a `cache_params.json` and says which directory it belongs to. Never throws. */
export function parseCacheParams(text: string): CacheParams {
  const read = parsePythonJson(text.startsWith('\ufeff') ? text.slice(1) : text, { maxLength: MAX_LENGTH, maxDepth: MAX_DEPTH });
  if (!read.ok) {
    const { message, line, column } = read.problem;
    return { ok: false, problem: `not readable as JSON: line ${line}, column ${column}: ${message}` };
  }
  const directoryName = directoryNameOf(read.value);
  const typed = typedParametersOf(read.value);
  if (typed === undefined || !pythonJsonEquals(pipelineDescription(typed), read.value)) {
    return { ok: false, directoryName, problem: 'it describes another pipeline than the one Larder reproduces' };
  }
  const { parameters, problems } = checkParameters(typed);
  if (parameters === undefined) {
    const reasons = problems.filter((p) => p.severity === 'error').map((p) => `${p.field}: ${p.message}`);
    return { ok: false, directoryName, problem: `parameters no volume can be made with: ${reasons.join('; ')}` };
  }
  return { ok: true, parameters, typed, directoryName };
}

/** Takes the eight slots out of a description, wherever it has them. */
function typedParametersOf(description: PythonJson): TypedParameters | undefined {
  const transform = (index: number, ...path: string[]): PythonJson | undefined => at(description, 'transforms', index, ...path);
  const targetSpacing = transform(2, 'spacing_transform', 'pixdim');
  const dtype = VOLUME_DTYPES.find((name) => at(description, 'transforms', 5, 'dtype', 0) === `torch.${name}`);
  const slots = {
    targetShape: transform(4, 'resizer', 'spatial_size'),
    clipMin: transform(3, 'scaler', 'a_min'),
    clipMax: transform(3, 'scaler', 'a_max'),
    scaleMin: transform(3, 'scaler', 'b_min'),
    scaleMax: transform(3, 'scaler', 'b_max'),
    axcodes: transform(1, 'ornt_transform', 'axcodes'),
  };
  if (dtype === undefined || !isFloatArray(targetSpacing) || !isComplete(slots)) return undefined;
  return { ...slots, targetSpacing, dtype };
}

type Complete<T> = { [K in keyof T]: Exclude<T[K], undefined> };

function isComplete<T extends object>(slots: T): slots is T & Complete<T> {
  return Object.values(slots).every((slot) => slot !== undefined);
}

function isFloatArray(value: PythonJson | undefined): value is readonly number[] {
  return isPythonJsonArray(value) && value.every((item) => typeof item === 'number');
}

function at(value: PythonJson, ...path: readonly (string | number)[]): PythonJson | undefined {
  let current: PythonJson | undefined = value;
  for (const step of path) {
    if (isPythonJsonObject(current)) current = current.get(String(step));
    else if (isPythonJsonArray(current)) current = current[Number(step)];
    else return undefined;
  }
  return current;
}
