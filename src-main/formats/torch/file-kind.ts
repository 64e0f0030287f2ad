import type { ByteSource } from './byte-source.ts';
import { copyOf, readU64, viewOf } from './byte-source.ts';
import { TorchProblem } from './problem.ts';

const LOCAL_HEADER = [0x50, 0x4b, 0x03, 0x04];
/** The LONG1 0x1950A86A20F9469CFC6C and STOP: `MAGIC_NUMBER` in torch/serialization.py. */
const LEGACY_NUMBER = [0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e];
/** Its pickle in every protocol `torch.save` can be asked for: text up to 1, from 4 on with a frame. */
const LEGACY_MAGICS = [
  ...[2, 3].map((protocol) => [0x80, protocol, ...LEGACY_NUMBER]),
  ...[4, 5].map((protocol) => [0x80, protocol, 0x95, LEGACY_NUMBER.length, 0, 0, 0, 0, 0, 0, 0, ...LEGACY_NUMBER]),
  ascii('L119547037146038801333356L\n.'),
];
const TAR_NAMES = new Set(['sys_info', 'pickle', 'storages', 'tensors']);
const TAR_MAGIC_OFFSET = 257;
const MAX_SAFETENSORS_HEADER = 1e8;
const SCAN_BYTES = 1 << 20;

/** Magic bytes of files that are met under a `.pt` name, in the order they are tried. */
const FOREIGN: readonly (readonly [word: string, magic: readonly number[]])[] = [
  ['gzip', [0x1f, 0x8b]],
  ['npy', [0x93, ...ascii('NUMPY')]],
  ['hdf5', [0x89, ...ascii('HDF')]],
  ['empty-zip', [0x50, 0x4b, 0x05, 0x06]],
  ['lfs-pointer', ascii('version https://git-lfs')],
];
const HTML_STARTS = ['<!doctype', '<html', '<?xml', '<head', '<error'];

/**
 * Decides by the first bytes whether the file can be a PyTorch zip archive. PyTorch itself looks at
 * the first four bytes only (`_is_zipfile` in torch/serialization.py).
 *
 * @throws TorchProblem naming the kind of file it is instead
 */
export function assertZipStart(source: ByteSource): void {
  if (source.size === 0) throw new TorchProblem('empty', 'The file has no bytes.');
  const head = copyOf(source.read(0, Math.min(source.size, 512)));
  if (head.length < 4 && head.every((byte, i) => byte === LOCAL_HEADER[i])) {
    throw new TorchProblem('truncated', `The file ends after ${head.length} bytes.`, { size: source.size });
  }
  if (startsWith(head, LOCAL_HEADER)) return;
  if (startsWith(head, ascii('PYTORCH1'))) throw new TorchProblem('preview-format', 'The file starts with PYTORCH1.');
  if (isAllZero(source)) {
    throw new TorchProblem('zero-filled', `All ${source.size} bytes are zero.`, { size: source.size });
  }
  if (LEGACY_MAGICS.some((magic) => startsWith(head, magic))) {
    throw new TorchProblem('legacy-format', 'The file starts with the magic number of the stream format used before PyTorch 1.6.');
  }
  if (isOldTar(head)) throw new TorchProblem('tar-format', 'The file is a tar archive, the oldest PyTorch format.');
  if (isSafetensors(head, source.size)) throw new TorchProblem('safetensors', 'The file is in the safetensors format.');
  const word = foreignWord(head);
  throw new TorchProblem('not-a-zip', `The file is not a PyTorch archive (${word}).`, { kind: word });
}

function isAllZero(source: ByteSource): boolean {
  for (let offset = 0; offset < source.size; offset += SCAN_BYTES) {
    const bytes = source.read(offset, Math.min(SCAN_BYTES, source.size - offset));
    if (bytes.some((byte) => byte !== 0)) return false;
  }
  return true;
}

function isOldTar(head: Uint8Array): boolean {
  if (startsWith(head.subarray(TAR_MAGIC_OFFSET), ascii('ustar'))) return true;
  const end = head.indexOf(0);
  return end > 0 && head.length === 512 && TAR_NAMES.has(latin1(head.subarray(0, end)));
}

function isSafetensors(head: Uint8Array, size: number): boolean {
  if (head.length < 9 || head[8] !== 0x7b) return false;
  const headerBytes = readU64(viewOf(head), 0);
  return headerBytes >= 2 && headerBytes <= MAX_SAFETENSORS_HEADER && headerBytes + 8 <= size;
}

function foreignWord(head: Uint8Array): string {
  const magic = FOREIGN.find(([, bytes]) => startsWith(head, bytes));
  if (magic) return magic[0];
  const text = latin1(head).trimStart().toLowerCase();
  if (HTML_STARTS.some((start) => text.startsWith(start))) return 'html';
  if (text.startsWith('{') || text.startsWith('[')) return 'json';
  const isPickle = head[0] === 0x80 && head[1] !== undefined && head[1] >= 2 && head[1] <= 5;
  return isPickle ? 'bare-pickle' : 'unknown';
}

function startsWith(bytes: Uint8Array, start: readonly number[]): boolean {
  return bytes.length >= start.length && start.every((byte, i) => bytes[i] === byte);
}

function ascii(text: string): number[] {
  return [...Buffer.from(text, 'ascii')];
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}
