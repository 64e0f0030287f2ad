import { LarderError } from '../../base/index.ts';
import type { ArchiveRecord } from './archive.ts';
import { missingRecord, openArchive, readRecord } from './archive.ts';
import type { ByteSource } from './byte-source.ts';
import { assertZipStart } from './file-kind.ts';
import { assertFiniteTree, assertViewInside } from './graph.ts';
import { gatherPlane } from './gather-plane.ts';
import { gatherElements } from './image-scan.ts';
import { layoutOf, storageRecord } from './layout.ts';
import type { TorchLayout } from './layout.ts';
import { LIMITS } from './limits.ts';
import { parsePickle } from './pickle-reader.ts';
import { TorchProblem } from './problem.ts';
import { isComplexDtype, isFloatDtype, itemSizeOf } from './dtypes.ts';
import { swapBytes } from './pickle-numpy.ts';
import type { PyValue, Tensor, TensorStorage } from './py-value.ts';

/** An opened `.pt` file, whose contents were not checked beyond what reading them needs. */
export interface TorchFile {
  readonly layout: TorchLayout;
  readonly prefix: string;
  readonly root: PyValue;
  /** In order of first appearance. */
  readonly storages: readonly TensorStorage[];
  /** Names the file mentions that are not data; they are opaque in `root`. */
  readonly unsafeGlobals: readonly string[];
  /** Bytes of the elements in C order (last axis fastest), little-endian, conjugation and sign applied; a copy. */
  readTensor(tensor: Tensor): Uint8Array;
  /** As `readTensor`, several at once: a storage that views share is read once; of a large one, planes are read without the rest. */
  readTensors(tensors: readonly Tensor[]): readonly Uint8Array[];
}

/**
 * Opens a `.pt` file without running anything in it. Checks structure, not checksums: use
 * `verifyTorchFile` to judge a file.
 *
 * @throws TORCH_INVALID with the finding's code in `details.code`
 */
export function readTorchFile(source: ByteSource): TorchFile {
  return orInvalid(() => open(source));
}

function open(source: ByteSource): TorchFile {
  assertZipStart(source);
  const archive = openArchive(source);
  const { records } = archive;
  const pickleRecord = records.get('data.pkl');
  if (!pickleRecord) throw missingRecord('data.pkl');
  if (pickleRecord.size > LIMITS.pickleBytes) throw new TorchProblem('bad-pickle', `data.pkl has ${pickleRecord.size} bytes.`);
  const pickle = parsePickle(readRecord(source, pickleRecord));
  if (!pickle.root) throw new TorchProblem('bad-pickle', 'data.pkl breaks off.');
  assertFiniteTree(pickle.root);
  const order = records.get('byteorder');
  const isBigEndian = order !== undefined && order.size === 3 && Buffer.from(readRecord(source, order)).toString('latin1') === 'big';
  const recordOf = (key: string): ArchiveRecord => {
    const name = storageRecord(key);
    const record = records.get(name);
    if (!record) throw missingRecord(name);
    return record;
  };
  const readTensors = (tensors: readonly Tensor[]): readonly Uint8Array[] =>
    orInvalid(() => {
      const read = new Map<string, Uint8Array>();
      return tensors.map((tensor) =>
        tensorBytes(
          tensor,
          () => {
            const { key } = tensor.storage;
            const known = read.get(key);
            const plane = known === undefined ? gatherPlane(source, recordOf(key), tensor) : undefined;
            if (plane !== undefined) return plane;
            const bytes = known ?? readRecord(source, recordOf(key));
            read.set(key, bytes);
            return gatherElements(tensor, bytes);
          },
          isBigEndian,
        ),
      );
    });
  return {
    layout: layoutOf(new Set(records.keys())),
    prefix: Buffer.from(archive.rawPrefix, 'latin1').toString('utf8'),
    root: pickle.root,
    storages: pickle.storages,
    unsafeGlobals: pickle.unsafeGlobals,
    readTensors,
    readTensor: (tensor) => readTensors([tensor])[0]!,
  };
}

function tensorBytes(tensor: Tensor, readElements: () => Uint8Array, isBigEndian: boolean): Uint8Array {
  assertViewInside(tensor);
  const count = tensor.shape.reduce((product, size) => product * size, 1);
  if (count * itemSizeOf(tensor.dtype) > LIMITS.gatheredBytes) throw new TorchProblem('bad-view', `A tensor of ${count} elements is too large to be unpacked.`, { count });
  const half = isComplexDtype(tensor.dtype) ? 2 : 1;
  const width = itemSizeOf(tensor.dtype) / half;
  const elements = readElements();
  const native = isBigEndian ? swapBytes(elements, width) : elements;
  // The sign is the top bit of the last byte of every imaginary part.
  if (tensor.isNegative) negate(native, width, isFloatDtype(tensor.dtype));
  if (tensor.isConjugate) for (let at = 2 * width - 1; at < native.length; at += 2 * width) native[at]! ^= 0x80;
  return native;
}

/** In place, little-endian: the sign bit of a float, the two's complement of an integer. */
function negate(bytes: Uint8Array, width: number, isFloat: boolean): void {
  for (let at = 0; at < bytes.length; at += width) {
    if (isFloat) bytes[at + width - 1]! ^= 0x80;
    else for (let i = at, carry = 1; i < at + width; i++) {
      const byte = (bytes[i]! ^ 0xff) + carry;
      bytes[i] = byte;
      carry = byte >> 8;
    }
  }
}

function orInvalid<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof TorchProblem)) throw error;
    throw new LarderError('TORCH_INVALID', error.message, {
      hint: 'Verify the cache to see what is wrong with the file.',
      details: { code: error.finding.code, ...error.finding.details },
    });
  }
}
