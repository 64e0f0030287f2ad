import { pythonObject, type PythonJson, type PythonJsonObject } from '../../formats/json/index.ts';
import type { VolumeDtype } from './contract.ts';

/**
 * The eight values of the config that decide the cache directory, in the types the YAML gave them:
 * `-1000` and `-1000.0` are the same number and two directories.
 */
export interface TypedParameters {
  /** `target_spacing`, mm, one per number given; floats always, because MONAI converts them. */
  readonly targetSpacing: readonly number[];
  /** `target_shape_dhw`: ints or floats as typed. */
  readonly targetShape: PythonJson;
  readonly clipMin: PythonJson;
  readonly clipMax: PythonJson;
  readonly scaleMin: PythonJson;
  readonly scaleMax: PythonJson;
  /** A text, or a list of letters if the YAML has a list. */
  readonly axcodes: PythonJson;
  readonly dtype: VolumeDtype;
}

const KEYS: PythonJson = ['image'];
const LABELS: PythonJson = [
  ['L', 'R'],
  ['P', 'A'],
  ['I', 'S'],
];
const LAZY: Readonly<Record<string, PythonJson>> = { requires_current_data: false, tracing: true };

/**
 * The preprocessing pipeline as `cache_params.json` spells it: `class` first, the other keys in
 * alphabetical order. The constants are the defaults of MONAI 1.5.0 (`monai/transforms`) for
 * LoadImaged, Orientationd, Spacingd, ScaleIntensityRanged, Resized, EnsureTyped and the key cleaner.
 */
export function pipelineDescription(parameters: TypedParameters): PythonJsonObject {
  return pythonObject({
    class: 'Compose',
    log_stats: false,
    map_items: true,
    overrides: null,
    ...LAZY,
    transforms: [
      loadImage(),
      orientation(parameters),
      spacing(parameters),
      scaleIntensity(parameters),
      resize(parameters),
      ensureTyped(parameters),
      pythonObject({ class: 'KeyCleanerD', keys_to_keep: ['image', 'image_meta_dict'] }),
    ],
    unpack_items: false,
  });
}

function loadImage(): PythonJson {
  return pythonObject({
    class: 'LoadImaged',
    allow_missing_keys: false,
    keys: KEYS,
    meta_key_postfix: ['meta_dict'],
    meta_keys: [null],
    overwriting: false,
  });
}

function orientation({ axcodes }: TypedParameters): PythonJson {
  return pythonObject({
    class: 'Orientationd',
    allow_missing_keys: false,
    keys: KEYS,
    ornt_transform: pythonObject({ class: 'Orientation', as_closest_canonical: false, axcodes, labels: LABELS, ...LAZY }),
    ...LAZY,
  });
}

function spacing(parameters: TypedParameters): PythonJson {
  return pythonObject({
    class: 'Spacingd',
    align_corners: [false],
    allow_missing_keys: false,
    dtype: ['float64'],
    ensure_same_shape: true,
    keys: KEYS,
    mode: ['bilinear'],
    padding_mode: ['border'],
    requires_current_data: false,
    scale_extent: [false],
    spacing_transform: spacingTransform(parameters),
    tracing: true,
  });
}

function spacingTransform({ targetSpacing }: TypedParameters): PythonJson {
  return pythonObject({
    class: 'Spacing',
    diagonal: false,
    max_pixdim: [Number.NaN],
    min_pixdim: [Number.NaN],
    pixdim: targetSpacing,
    recompute_affine: false,
    requires_current_data: false,
    scale_extent: false,
    sp_resample: pythonObject({
      class: 'SpatialResample',
      align_corners: false,
      dtype: 'float64',
      mode: 'bilinear',
      padding_mode: 'border',
      ...LAZY,
    }),
    tracing: true,
  });
}

function scaleIntensity({ clipMin, clipMax, scaleMin, scaleMax }: TypedParameters): PythonJson {
  return pythonObject({
    class: 'ScaleIntensityRanged',
    allow_missing_keys: false,
    keys: KEYS,
    scaler: pythonObject({
      class: 'ScaleIntensityRange',
      a_max: clipMax,
      a_min: clipMin,
      b_max: scaleMax,
      b_min: scaleMin,
      clip: true,
      dtype: 'float32',
    }),
  });
}

/** The inner `mode` and `anti_aliasing` are defaults that the outer ones override. */
function resize({ targetShape }: TypedParameters): PythonJson {
  return pythonObject({
    class: 'Resized',
    align_corners: [null],
    allow_missing_keys: false,
    anti_aliasing: [true],
    anti_aliasing_sigma: [null],
    dtype: ['float32'],
    keys: KEYS,
    mode: ['trilinear'],
    requires_current_data: false,
    resizer: pythonObject({
      class: 'Resize',
      align_corners: null,
      anti_aliasing: false,
      anti_aliasing_sigma: null,
      dtype: 'torch.float32',
      mode: 'area',
      requires_current_data: false,
      size_mode: 'all',
      spatial_size: targetShape,
      tracing: true,
    }),
    tracing: true,
  });
}

function ensureTyped({ dtype }: TypedParameters): PythonJson {
  return pythonObject({
    class: 'EnsureTyped',
    allow_missing_keys: false,
    converter: pythonObject({
      class: 'EnsureType',
      data_type: 'tensor',
      device: null,
      dtype: null,
      track_meta: true,
      wrap_sequence: true,
    }),
    dtype: [`torch.${dtype}`],
    keys: KEYS,
  });
}
