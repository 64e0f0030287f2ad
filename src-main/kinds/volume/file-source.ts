import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { LarderError } from '../../base/index.ts';
import type { ByteSource } from '../../formats/torch/index.ts';
import { scanBuffer } from '../../formats/torch/index.ts';

/** An open file as a byte source; its facts are taken from the open descriptor, not from the name. */
export interface FileSource extends ByteSource {
  readonly modifiedNs: bigint;
  close(): void;
}

/**
 * Reads are synchronous: a worker does one file at a time. They go into the buffer that values are
 * scanned in, so that nothing is copied; only one source is to be read at a time.
 *
 * @throws the system error of the failing call; IO_FAILED if the file gets shorter while it is read
 */
export function openFileSource(path: string): FileSource {
  const descriptor = openSync(path, 'r');
  const facts = fstatSync(descriptor, { bigint: true });
  let buffer = scanBuffer() ?? new Uint8Array(1 << 20);
  return {
    size: Number(facts.size),
    modifiedNs: facts.mtimeNs,
    read(offset, length) {
      if (length > buffer.length) buffer = new Uint8Array(length);
      let filled = 0;
      while (filled < length) {
        const count = readSync(descriptor, buffer, filled, length - filled, offset + filled);
        if (count === 0) throw new LarderError('IO_FAILED', `${path} ended at byte ${offset + filled} while it was read.`, { hint: 'Something else is writing to it; verify again when that has finished.' });
        filled += count;
      }
      return length === buffer.length ? buffer : buffer.subarray(0, length);
    },
    close: () => closeSync(descriptor),
  };
}
