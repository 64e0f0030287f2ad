import { parsePythonJson, pythonJsonEquals } from '../../../src-main/formats/json/index.ts';
import { parseVolumeConfig } from '../../../src-main/kinds/volume/config.ts';
import { parseCacheParams } from '../../../src-main/kinds/volume/fingerprint-read.ts';
import type { Violations } from '../campaign.ts';
import { createDraw } from '../draw.ts';
import { changedNothing, damageViolation } from './check.ts';
import { TEXT_DAMAGES, hit } from './damages.ts';

const CONFIG = 'paths:\n  cache_dir: cache\n  img_dir: raw\n  dir_structure: nested\n  data_dir: lists\n  data_subsets: {train: train.csv, valid: valid.csv}\n';

const PROCESSING = '{target_spacing: [0.75, 0.75, 1.5], target_shape_dhw: [48, 64, 64], clip_hu_min: -1000, clip_hu_max: 1000, orientation_axcodes: LPS, scale_b_min: -1.0, scale_b_max: 1.0}';
/** Of as many digits, and another in every parameter: a block of it changes something wherever it lies. */
const EARLIER = '{target_spacing: [0.85, 0.65, 2.5], target_shape_dhw: [64, 48, 96], clip_hu_min: -2024, clip_hu_max: 3071, orientation_axcodes: RAS, scale_b_min: -2.5, scale_b_max: 4.5}';

/** The text of a `cache_params.json` and the name of its folder. */
export function parametersFile(processing: string = PROCESSING): { readonly text: string; readonly directoryName: string } {
  const { config, problems } = parseVolumeConfig(`torch_dtype: float32\n${CONFIG}image_processing: ${processing}\n`, { file: '/project/config.yaml', cwd: '/project', environment: {} });
  if (config === undefined) throw new Error(problems.map(({ message }) => message).join('; '));
  return { text: config.fingerprint.cacheParamsJson, directoryName: config.fingerprint.directoryName };
}

/**
 * Damages the parameters of a cache: whatever they say then, it must not be taken for this folder's.
 *
 * @param from number of the first damage, which says its sort: they come in turns
 */
export function damageParameters(seed: number, from: number, count: number, violations: Violations): void {
  const draw = createDraw(seed + 1);
  const { text, directoryName } = parametersFile();
  const [bytes, twin] = [Buffer.from(text), Buffer.from(parametersFile(EARLIER).text)];
  for (let n = from; n < from + count; n++) {
    const damage = TEXT_DAMAGES[n % TEXT_DAMAGES.length]!;
    const what = `cache_params.json: ${damage.name} (${n})`;
    const done = hit(damage, () => ({ file: text, bytes, twin }), (before, after) => !isSameJson(textOf(before), textOf(after)), draw);
    if (done === undefined) {
      violations.add(changedNothing(what));
      continue;
    }
    const read = parseCacheParams(textOf(done.changed));
    const findings = read.ok && read.directoryName === directoryName ? [] : ['params-mismatch'];
    const violation = damageViolation({ damage: what, isChanged: true, findings });
    if (violation !== undefined) violations.add(violation);
  }
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('utf8');
}

/** A space more changes the text and not what it says. */
function isSameJson(a: string, b: string): boolean {
  const [left, right] = [parsePythonJson(a), parsePythonJson(b)];
  return left.ok && right.ok && pythonJsonEquals(left.value, right.value);
}
