import type { NumpyArray, PyDict, PyEnum, PyValue, Tensor } from '../../formats/torch/index.ts';
import { FALSE, NONE, TRUE, dict, float, int, itemSizeOf, list, record, text } from '../../formats/torch/index.ts';
import type { TorchDtype } from '../../formats/torch/index.ts';
import type { HeaderField, Matrix, PreprocessedVolume } from './result.ts';

type RootKey = 'image' | 'image_meta_dict';

/**
 * The object MONAI's PersistentDataset saves for one volume (MONAI 1.5.0: monai/data/dataset.py,
 * monai/data/meta_tensor.py, monai/transforms/inverse.py): `image`, a MetaTensor with its metadata
 * and the record of three transforms, and `image_meta_dict`. Both share all values but the affine:
 * `image_meta_dict` keeps that of the file, the tensor's own that of the result.
 *
 * @param filenameOrObj path the loader was given
 * @param keyOrder the reference's order is random per process; ours is fixed
 */
export function monaiEntry(
  volume: PreprocessedVolume,
  filenameOrObj: string,
  keyOrder: readonly RootKey[] = ['image', 'image_meta_dict'],
): PyDict {
  const shared = sharedMetadata(volume, filenameOrObj);
  const values: Readonly<Record<RootKey, PyValue>> = {
    image: { ...imageTensor(volume), className: 'MetaTensor', state: tensorState(volume, metadata(shared, volume.finalAffine)) },
    image_meta_dict: metadata(shared, volume.originalAffine),
  };
  return dict(keyOrder.map((key) => [text(key), values[key]] as const));
}

/**
 * The same without NumPy arrays, enums and Python floats: tensors, texts, integers and None only, so
 * that it loads with `weights_only=True` everywhere. `affine` is the file's, `final_affine` that of
 * the image; `original_channel_dim` is None where MONAI has NaN.
 */
export function tensorEntry(volume: PreprocessedVolume, filenameOrObj: string): PyDict {
  const spatialShape = numbersTensor(volume.spatialShape.dtype === 'i8' ? 'int64' : 'int16', volume.spatialShape.values);
  return record({
    image: imageTensor(volume),
    image_meta_dict: record({
      affine: matrixTensor(volume.originalAffine),
      original_affine: matrixTensor(volume.originalAffine),
      final_affine: matrixTensor(volume.finalAffine),
      spatial_shape: spatialShape,
      space: text('RAS'),
      as_closest_canonical: FALSE,
      original_channel_dim: Number.isNaN(volume.originalChannelDim) ? NONE : int(volume.originalChannelDim),
      filename_or_obj: text(filenameOrObj),
    }),
  });
}

/** Metadata values that both dicts hold as the very same objects. */
interface SharedMetadata {
  readonly header: readonly (readonly [PyValue, PyValue])[];
  readonly rest: readonly (readonly [PyValue, PyValue])[];
}

function sharedMetadata(volume: PreprocessedVolume, filenameOrObj: string): SharedMetadata {
  const channelDim = volume.originalChannelDim;
  return {
    header: volume.header.map((field) => [text(field.name), fieldArray(field)] as const),
    rest: [
      [metaKey('ORIGINAL_AFFINE', 'original_affine'), matrixArray(volume.originalAffine)],
      [text('as_closest_canonical'), FALSE],
      [metaKey('SPATIAL_SHAPE', 'spatial_shape'), spatialShapeArray(volume)],
      [metaKey('SPACE', 'space'), { kind: 'enum', className: 'SpaceKeys', name: 'RAS', value: 'RAS' }],
      [metaKey('ORIGINAL_CHANNEL_DIM', 'original_channel_dim'), Number.isNaN(channelDim) ? float(channelDim) : int(channelDim)],
      [text('filename_or_obj'), text(filenameOrObj)],
    ],
  };
}

/** 43 keys for NIfTI-1: the header, then the loader's own. */
function metadata(shared: SharedMetadata, affine: Matrix): PyDict {
  return dict([...shared.header, [metaKey('AFFINE', 'affine'), matrixTensor(affine)], ...shared.rest]);
}

/** EnsureTyped's cast makes a new tensor and sets `_is_batch` before the rest is copied over. */
function tensorState(volume: PreprocessedVolume, meta: PyDict): PyDict {
  const isBatch = [text('_is_batch'), FALSE] as const;
  const rest = [
    [text('_meta'), meta],
    [text('_applied_operations'), appliedOperations(volume)],
    [text('_pending_operations'), list([])],
  ] as const;
  return dict(volume.dtype === 'float32' ? [...rest, isBatch] : [isBatch, ...rest]);
}

/** What Orientationd, Spacingd and Resized leave; all three are recorded even when nothing changed. */
function appliedOperations(volume: PreprocessedVolume): PyValue {
  return list([
    operation('Orientation', volume.fileSizes, { original_affine: matrixArray(volume.originalAffine) }),
    operation('SpatialResample', volume.orientedSizes, {
      dtype: text('float64'),
      mode: text('bilinear'),
      padding_mode: text('border'),
      align_corners: FALSE,
      src_affine: matrixTensor(volume.orientedAffine),
    }),
    operation('Resize', volume.spacedSizes, {
      mode: text('trilinear'),
      align_corners: traceKey('NONE', 'none'),
      dtype: text('float32'),
      new_dim: int(3 - volume.spatialRank),
    }),
  ]);
}

function operation(className: string, originalSize: readonly number[], extraInfo: Readonly<Record<string, PyValue>>): PyDict {
  return dict([
    [traceKey('CLASS_NAME', 'class'), text(className)],
    [traceKey('ID', 'id'), traceKey('NONE', 'none')],
    [traceKey('TRACING', 'tracing'), TRUE],
    [traceKey('DO_TRANSFORM', 'do_transforms'), TRUE],
    [traceKey('ORIG_SIZE', 'orig_size'), list(originalSize.map((size) => int(size)))],
    [traceKey('LAZY', 'lazy'), FALSE],
    [traceKey('EXTRA_INFO', 'extra_info'), record(extraInfo)],
  ]);
}

function metaKey(name: string, value: string): PyEnum {
  return { kind: 'enum', className: 'MetaKeys', name, value };
}

function traceKey(name: string, value: string): PyEnum {
  return { kind: 'enum', className: 'TraceKeys', name, value };
}

function imageTensor(volume: PreprocessedVolume): Tensor {
  const bytes = volume.shape.reduce((product, size) => product * size, itemSizeOf(volume.dtype));
  if (bytes !== volume.data.length) throw new RangeError(`A result of ${volume.data.length} bytes for a shape of ${bytes}.`);
  return tensorOver(volume.dtype, volume.shape, volume.strides, volume.data);
}

function tensorOver(dtype: TorchDtype, shape: readonly number[], stride: readonly number[], data: Uint8Array): Tensor {
  return {
    kind: 'tensor',
    className: 'Tensor',
    dtype,
    shape,
    stride,
    storageOffset: 0,
    storage: { kind: 'storage', key: '', dtype, count: data.length / itemSizeOf(dtype), byteLength: data.length, location: 'cpu', data },
    requiresGrad: false,
    isConjugate: false,
    isNegative: false,
    state: undefined,
  };
}

function matrixTensor(matrix: Matrix): Tensor {
  const side = Math.sqrt(matrix.length);
  return tensorOver('float64', [side, side], [side, 1], float64Bytes(matrix));
}

function numbersTensor(dtype: 'int16' | 'int64', values: readonly number[]): Tensor {
  return tensorOver(dtype, [values.length], [1], integerBytes(dtype === 'int16' ? 2 : 8, values));
}

function matrixArray(matrix: Matrix): NumpyArray {
  const side = Math.sqrt(matrix.length);
  return numpyArray('f8', [side, side], float64Bytes(matrix));
}

function spatialShapeArray({ spatialShape }: PreprocessedVolume): NumpyArray {
  return numpyArray(spatialShape.dtype, [spatialShape.values.length], integerBytes(spatialShape.dtype === 'i2' ? 2 : 8, spatialShape.values));
}

function fieldArray(field: HeaderField): NumpyArray {
  return numpyArray(field.dtype, field.shape, field.bytes);
}

function numpyArray(code: HeaderField['dtype'], shape: readonly number[], data: Uint8Array): NumpyArray {
  const itemSize = Number(code.slice(1));
  const byteOrder = itemSize === 1 ? '|' : '<';
  return { kind: 'ndarray', dtype: { kind: 'numpy-dtype', code, byteOrder, itemSize, fields: [], unit: undefined }, shape, order: 'C', data, items: undefined };
}

/** Little-endian on every machine. */
function float64Bytes(values: Float64Array): Uint8Array {
  const view = new DataView(new ArrayBuffer(values.length * 8));
  values.forEach((value, i) => view.setFloat64(i * 8, value, true));
  return new Uint8Array(view.buffer);
}

function integerBytes(width: 2 | 8, values: readonly number[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(values.length * width));
  values.forEach((value, i) => (width === 2 ? view.setInt16(i * 2, value, true) : view.setBigInt64(i * 8, BigInt(value), true)));
  return new Uint8Array(view.buffer);
}
