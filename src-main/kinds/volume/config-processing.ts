import type { PythonJson } from '../../formats/json/index.ts';
import { isYamlScalar, type YamlNode } from '../../formats/yaml/index.ts';
import { checkParameters, looseNumber } from './config-parameters.ts';
import type { ConfigProblems } from '../config/index.ts';
import { describeNode, type ConfigSection } from '../config/index.ts';
import type { VolumeDtype, VolumeParameters } from './contract.ts';
import { fingerprintOf, type VolumeFingerprint } from './fingerprint.ts';
import type { TypedParameters } from './fingerprint-pipeline.ts';

export const PROCESSING_KEYS = {
  required: ['target_spacing', 'target_shape_dhw', 'clip_hu_min', 'clip_hu_max', 'orientation_axcodes'],
  optional: ['scale_b_min', 'scale_b_max'],
} as const;

/** Names PyTorch has for the dtypes a cache can hold. */
const DTYPES: Readonly<Record<string, VolumeDtype>> = {
  float16: 'float16',
  half: 'float16',
  bfloat16: 'bfloat16',
  float32: 'float32',
  float: 'float32',
  float64: 'float64',
  double: 'float64',
};

export interface Processing {
  readonly parameters: VolumeParameters;
  readonly fingerprint: VolumeFingerprint;
}

/** Reads `torch_dtype` and `image_processing`; undefined if they cannot be used, with every reason reported. */
export function readProcessing(root: ConfigSection, section: ConfigSection | undefined, problems: ConfigProblems): Processing | undefined {
  const dtype = readDtype(root);
  if (section === undefined) return undefined;
  // Values that are missing are reported as such; stand-ins let the others be checked all the same.
  const typed: TypedParameters = {
    targetSpacing: readSpacing(section, problems) ?? [1],
    targetShape: valueOr(section, 'target_shape_dhw', [1n, 1n, 1n]),
    clipMin: valueOr(section, 'clip_hu_min', Number.NEGATIVE_INFINITY),
    clipMax: valueOr(section, 'clip_hu_max', Number.POSITIVE_INFINITY),
    // Defaults of the training script's loader: floats, which matters for the directory name.
    scaleMin: valueOr(section, 'scale_b_min', 0),
    scaleMax: valueOr(section, 'scale_b_max', 1),
    axcodes: valueOr(section, 'orientation_axcodes', 'LPS'),
    dtype: dtype ?? 'float32',
  };
  const parameters = reportParameters(typed, section, problems);
  if (dtype === undefined || parameters === undefined || problems.hasErrors) return undefined;
  return { parameters, fingerprint: fingerprintOf(typed) };
}

function reportParameters(typed: TypedParameters, section: ConfigSection, problems: ConfigProblems): VolumeParameters | undefined {
  const checked = checkParameters(typed);
  for (const { field, index, severity, message, allowed } of checked.problems) {
    const node = section.find(field);
    if (node === undefined) continue;
    const entry = index !== undefined && node.kind === 'sequence' ? node.items[index] : undefined;
    const path = section.pathOf(field) + (entry === undefined ? '' : `[${index}]`);
    problems[severity](entry ?? node, path, message, allowed);
  }
  return checked.parameters;
}

function readDtype(root: ConfigSection): VolumeDtype | undefined {
  const allowed = 'float32, float16, bfloat16 or float64 (also half, float, double)';
  const name = root.text('torch_dtype', allowed);
  if (name === undefined) return undefined;
  if (Object.hasOwn(DTYPES, name)) return DTYPES[name];
  const short = name.replace(/^torch\./, '');
  const hint = short !== name && Object.hasOwn(DTYPES, short) ? `; write "${short}", without "torch."` : '';
  root.error('torch_dtype', `"${name.slice(0, 40)}" is not a dtype a cache can hold${hint}`, allowed);
  return undefined;
}

/** Numbers of `target_spacing` as floats. Texts that numpy would read as numbers are accepted as it does, with a warning. */
function readSpacing(section: ConfigSection, problems: ConfigProblems): number[] | undefined {
  const node = section.find('target_spacing');
  if (node === undefined) return undefined;
  const path = section.pathOf('target_spacing');
  if (node.kind !== 'sequence') return [readLength(node, path, problems)];
  return node.items.map((item, index) => readLength(item, `${path}[${index}]`, problems));
}

function readLength(node: YamlNode, path: string, problems: ConfigProblems): number {
  if (node.kind === 'int' || node.kind === 'float') return Number(node.value);
  const loose = node.kind === 'str' ? looseNumber(node.value) : undefined;
  if (loose !== undefined) {
    problems.warning(node, path, `is the text "${node.kind === 'str' ? node.value : ''}", read as ${loose}`, 'a number, as in 1.0e+3');
    return loose;
  }
  problems.error(node, path, `is ${describeNode(node)}, not a number of mm`, 'a number');
  return 1;
}

function valueOr(section: ConfigSection, key: string, missing: PythonJson): PythonJson {
  const node = section.find(key);
  return node === undefined ? missing : pythonValue(node);
}

/** A YAML value as Python's `json` would write it; dates as their text. */
function pythonValue(node: YamlNode): PythonJson {
  if (isYamlScalar(node)) return node.value;
  if (node.kind === 'sequence') return node.items.map(pythonValue);
  return new Map(node.entries.map(({ key, value }) => [key.text, pythonValue(value)]));
}
