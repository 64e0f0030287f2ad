import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseYaml, type YamlNode } from '../../formats/yaml/index.ts';
import type { PythonJson } from '../../formats/json/index.ts';
import type { VolumeDtype } from './contract.ts';
import { describeParameterDifferences } from './fingerprint-compare.ts';
import type { TypedParameters } from './fingerprint-pipeline.ts';
import { parseCacheParams } from './fingerprint-read.ts';
import { fingerprintOf } from './fingerprint.ts';

interface Golden {
  readonly cache_params_json: string;
  readonly cases: readonly { readonly name: string; readonly yaml: string; readonly json: string; readonly hash: string }[];
}

/** Made by MONAI 1.5.0 and PyYAML. */
const golden = JSON.parse(readFileSync(new URL('__fixtures__/pipeline-hashes.json', import.meta.url), 'utf8')) as Golden;

const EXAMPLE: TypedParameters = {
  targetSpacing: [0.75, 0.75, 1.5],
  targetShape: [128n, 256n, 256n],
  clipMin: -1000n,
  clipMax: 1000n,
  scaleMin: -1,
  scaleMax: 1,
  axcodes: 'LPS',
  dtype: 'float32',
};

function plain(node: YamlNode | undefined): PythonJson | undefined {
  if (node === undefined || node.kind === 'mapping') return undefined;
  return node.kind === 'sequence' ? node.items.map((item) => plain(item)!) : node.value;
}

/** The typed parameters of a golden config, without any of the checks of `config.ts`. */
function typedFrom(yaml: string): TypedParameters {
  const { root, problems } = parseYaml(yaml);
  expect(problems).toEqual([]);
  const entries = root?.kind === 'mapping' ? root.entries : [];
  const processing = entries.find(({ key }) => key.text === 'image_processing')!.value;
  const value = (key: string): PythonJson | undefined =>
    plain(processing.kind === 'mapping' ? processing.entries.find((entry) => entry.key.text === key)?.value : undefined);
  const dtype = String(plain(entries.find(({ key }) => key.text === 'torch_dtype')!.value));
  const spacing = value('target_spacing')!;
  const or = (found: PythonJson | undefined, missing: PythonJson): PythonJson => (found === undefined ? missing : found);
  return {
    targetSpacing: (Array.isArray(spacing) ? spacing : [spacing]).map(Number),
    targetShape: value('target_shape_dhw')!,
    clipMin: value('clip_hu_min')!,
    clipMax: value('clip_hu_max')!,
    scaleMin: or(value('scale_b_min'), 0),
    scaleMax: or(value('scale_b_max'), 1),
    axcodes: value('orientation_axcodes')!,
    dtype: ({ half: 'float16', double: 'float64' }[dtype] ?? dtype) as VolumeDtype,
  };
}

describe('fingerprintOf', () => {
  test('has all 29 cases of the reference', () => {
    expect(golden.cases).toHaveLength(29);
  });

  test.each(golden.cases)('$name', ({ yaml, json, hash }) => {
    const fingerprint = fingerprintOf(typedFrom(yaml));
    expect(fingerprint.canonicalJson).toBe(json);
    expect(fingerprint.directoryName).toBe(hash);
  });

  test('writes cache_params.json as the reference does', () => {
    expect(fingerprintOf(EXAMPLE).cacheParamsJson).toBe(golden.cache_params_json);
  });
});

describe('parseCacheParams', () => {
  test('recomputes the directory name of the text the reference wrote', () => {
    const read = parseCacheParams(golden.cache_params_json);
    expect(read).toMatchObject({ ok: true, directoryName: '71a83277d45c9b21d998437693007477', typed: EXAMPLE });
    expect(read.ok && read.parameters).toEqual({
      targetSpacing: [0.75, 0.75, 1.5],
      targetShape: [128, 256, 256],
      aMin: -1000,
      aMax: 1000,
      bMin: -1,
      bMax: 1,
      axcodes: 'LPS',
      dtype: 'float32',
    });
  });

  test.each(golden.cases)('finds the directory of $name from its own file', ({ yaml, hash }) => {
    expect(parseCacheParams(fingerprintOf(typedFrom(yaml)).cacheParamsJson).directoryName).toBe(hash);
  });

  test('an integer changed to a float is another directory', () => {
    const changed = golden.cache_params_json.replace('"a_min": -1000,', '"a_min": -1000.0,');
    expect(parseCacheParams(changed)).toMatchObject({ ok: true, directoryName: expect.not.stringContaining('71a83277') });
  });

  test.each([
    ['another pipeline', (text: string) => text.replace('"mode": [\n                "bilinear"', '"mode": [\n                "nearest"'), /another pipeline/],
    ['a missing slot', (text: string) => text.replace('"a_max": 1000,', ''), /another pipeline/],
    ['a parameter that fails', (text: string) => text.replace('"LPS"', '"LPX"'), /orientation_axcodes/],
    ['half a file', (text: string) => text.slice(0, 2000), /line \d+, column \d+/],
    ['an empty file', () => '', /line 1, column 1/],
    ['a list', () => '[1, 2]', /another pipeline/],
  ])('%s is a problem, not a crash', (_, change, problem) => {
    const read = parseCacheParams(change(golden.cache_params_json));
    expect(read.ok).toBe(false);
    expect(!read.ok && read.problem).toMatch(problem);
  });
});

describe('describeParameterDifferences', () => {
  test('nothing between equal parameters', () => {
    expect(describeParameterDifferences(EXAMPLE, { ...EXAMPLE })).toEqual([]);
  });

  test('names the field and both values', () => {
    expect(describeParameterDifferences(EXAMPLE, { ...EXAMPLE, targetSpacing: [1, 1, 2], dtype: 'float16' })).toEqual([
      { field: 'torch_dtype', a: '"float32"', b: '"float16"', onlySpelling: false, message: 'torch_dtype: "float32" and "float16"' },
      {
        field: 'image_processing.target_spacing',
        a: '[0.75, 0.75, 1.5]',
        b: '[1.0, 1.0, 2.0]',
        onlySpelling: false,
        message: 'image_processing.target_spacing: [0.75, 0.75, 1.5] and [1.0, 1.0, 2.0]',
      },
    ]);
  });

  test('says when only the spelling differs', () => {
    const [difference, ...others] = describeParameterDifferences(EXAMPLE, { ...EXAMPLE, clipMin: -1000 });
    expect(others).toEqual([]);
    expect(difference).toMatchObject({ a: '-1000', b: '-1000.0', onlySpelling: true });
  });
});
