import type { PyValue, TorchLayout, TorchReport } from '../../formats/torch/index.ts';
import { LAYOUT_WRITERS, getItem, smallNumbers } from '../../formats/torch/index.ts';
import type { VolumeFormat } from './contract.ts';

/** One transform MONAI recorded on the tensor. */
export interface AppliedOperation {
  readonly className: string;
  /** Spatial sizes before it. */
  readonly originalSize: readonly number[];
}

/** What an entry says about itself, as plain data. Missing parts are undefined. */
export interface VolumeEntryFacts {
  /** undefined for object graphs of another form. */
  readonly format: VolumeFormat | undefined;
  /** (channels, o0, o1, o2). */
  readonly shape: readonly number[] | undefined;
  /** In elements. */
  readonly stride: readonly number[] | undefined;
  readonly dtype: string | undefined;
  /** Of the result: 16 numbers, row-major, voxel to world, mm, RAS+. */
  readonly affine: readonly number[] | undefined;
  /** Of the file, in the same form. */
  readonly originalAffine: readonly number[] | undefined;
  /** Path the volume was loaded from, in the terms of whoever made the entry. */
  readonly filenameOrObj: string | undefined;
  /** Sizes in the file. */
  readonly spatialShape: readonly number[] | undefined;
  readonly appliedOperations: readonly AppliedOperation[];
  /** Header fields MONAI keeps: name and numbers, in order. */
  readonly header: readonly (readonly [name: string, values: readonly number[]])[];
  readonly layout: TorchLayout | undefined;
  /** Releases of PyTorch that write this layout. Larder writes that of 2.1 to 2.6. */
  readonly writtenBy: string | undefined;
}

/** Reads the facts `show` prints from a report; never fails, whatever the object graph looks like. */
export function inspectVolumeEntry(report: TorchReport): VolumeEntryFacts {
  const { image, root, layout } = report;
  const dictionary = getItem(root, 'image_meta_dict');
  const meta = getItem(image?.state, '_meta');
  const matrix = (value: PyValue | undefined): readonly number[] | undefined => smallNumbers(report, value)?.values;
  return {
    format: image && dictionary ? (image.className === 'MetaTensor' ? 'monai' : 'tensor') : undefined,
    shape: image?.shape,
    stride: image?.stride,
    dtype: image?.dtype,
    affine: matrix(getItem(meta, 'affine') ?? getItem(dictionary, 'final_affine')),
    originalAffine: matrix(getItem(dictionary, 'original_affine')),
    filenameOrObj: textOf(getItem(dictionary, 'filename_or_obj')),
    spatialShape: matrix(getItem(dictionary, 'spatial_shape')),
    appliedOperations: itemsOf(getItem(image?.state, '_applied_operations')).map(appliedOperation),
    header: headerOf(report, dictionary),
    layout,
    writtenBy: layout && LAYOUT_WRITERS[layout],
  };
}

function appliedOperation(value: PyValue): AppliedOperation {
  const sizes = itemsOf(getItem(value, 'orig_size'));
  return { className: textOf(getItem(value, 'class')) ?? '', originalSize: sizes.flatMap((size) => (size.kind === 'int' ? [Number(size.value)] : [])) };
}

/** The text-keyed NumPy arrays of `image_meta_dict`. */
function headerOf(report: TorchReport, dictionary: PyValue | undefined): VolumeEntryFacts['header'] {
  if (dictionary?.kind !== 'dict') return [];
  return dictionary.entries.flatMap(([key, value]) => {
    const numbers = key.kind === 'text' && value.kind === 'ndarray' ? smallNumbers(report, value) : undefined;
    return key.kind === 'text' && numbers ? [[key.value, numbers.values] as const] : [];
  });
}

function textOf(value: PyValue | undefined): string | undefined {
  return value?.kind === 'text' || value?.kind === 'path' ? value.value : undefined;
}

function itemsOf(value: PyValue | undefined): readonly PyValue[] {
  return value?.kind === 'list' || value?.kind === 'tuple' ? value.items : [];
}
