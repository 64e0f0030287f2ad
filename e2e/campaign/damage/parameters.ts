import { parsePythonJson, pythonJsonEquals } from '../../../src-main/formats/json/index.ts';
import { parseVolumeConfig } from '../../../src-main/kinds/volume/config.ts';
import { parseCacheParams } from '../../../src-main/kinds/volume/fingerprint-read.ts';
import type { Violations } from '../campaign.ts';
import { createDraw } from '../draw.ts';
import { damageViolation } from './check.ts';
import { DAMAGES } from './damages.ts';

const CONFIG = 'paths:\n  cache_dir: cache\n  img_dir: raw\n  dir_structure: nested\n  data_dir: lists\n  data_subsets: {train: train.csv, valid: valid.csv}\n';

/** The text of a `cache_params.json` and the name of its folder. */
export function parametersFile(targetShape: string): { readonly text: string; readonly directoryName: string } {
  const { config, problems } = parseVolumeConfig(`torch_dtype: float32\n${CONFIG}image_processing: {target_spacing: [0.75, 0.75, 1.5], target_shape_dhw: ${targetShape}, clip_hu_min: -1000, clip_hu_max: 1000, orientation_axcodes: LPS, scale_b_min: -1.0, scale_b_max: 1.0}\n`, { file: '/project/config.yaml', cwd: '/project', environment: {} });
  if (config === undefined) throw new Error(problems.map(({ message }) => message).join('; '));
  return { text: config.fingerprint.cacheParamsJson, directoryName: config.fingerprint.directoryName };
}

/** Damages the parameters of a cache: whatever they say then, it must not be taken for this folder's. */
export function damageParameters(seed: number, count: number, violations: Violations): void {
  const draw = createDraw(seed + 1);
  const { text, directoryName } = parametersFile('[48, 64, 64]');
  const bytes = Buffer.from(text);
  const twin = Buffer.from(parametersFile('[64, 64, 48]').text);
  for (let n = 0; n < count; n++) {
    const damage = draw.oneOf(DAMAGES);
    const changed = Buffer.from(damage.apply(bytes, twin, draw)).toString('utf8');
    const read = parseCacheParams(changed);
    const findings = read.ok && read.directoryName === directoryName ? [] : ['params-mismatch'];
    const violation = damageViolation({ damage: `cache_params.json: ${damage.name} (${n})`, isChanged: !isSameJson(text, changed), findings });
    if (violation !== undefined) violations.add(violation);
  }
}

/** A space more changes the text and not what it says. */
function isSameJson(a: string, b: string): boolean {
  const [left, right] = [parsePythonJson(a), parsePythonJson(b)];
  return left.ok && right.ok && pythonJsonEquals(left.value, right.value);
}
