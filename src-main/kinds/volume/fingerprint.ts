import { md5Hex } from '../../base/index.ts';
import { encodePythonJson, encodePythonString, type PythonJson } from '../../formats/json/index.ts';
import { pipelineDescription, type TypedParameters } from './fingerprint-pipeline.ts';

/** What the parameters make of the cache directory. */
export interface VolumeFingerprint {
  /** 32 hex digits: the name of the directory the entries are in. */
  readonly directoryName: string;
  /** One line of Python JSON with sorted keys: the text that is hashed. */
  readonly canonicalJson: string;
  /** Text of `cache_params.json` in that directory; no newline at the end. */
  readonly cacheParamsJson: string;
  /** The parameters as they were typed. */
  readonly typed: TypedParameters;
}

/** The fingerprint of typed parameters (docs/formats/volume-pipeline.md, section 11). Never fails: parameters that no volume survives have a directory too. */
export function fingerprintOf(typed: TypedParameters): VolumeFingerprint {
  const description = pipelineDescription(typed);
  const canonicalJson = encodePythonJson(description, { sortKeys: true });
  return {
    directoryName: directoryNameOf(description),
    canonicalJson,
    cacheParamsJson: encodePythonJson(description, { indent: 4 }),
    typed,
  };
}

/**
 * Directory name of any pipeline description: md5 of its sorted JSON text *encoded once more as a
 * JSON string*, because the reference hands a text to MONAI's `json_hashing`
 * (`monai/data/utils.py`), which dumps whatever it is given.
 */
export function directoryNameOf(description: PythonJson): string {
  return md5Hex(encodePythonString(encodePythonJson(description, { sortKeys: true })));
}
