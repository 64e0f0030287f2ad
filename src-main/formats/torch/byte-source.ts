/**
 * Random access to the bytes of one file. What `read` returns may be a buffer that the next call
 * overwrites: copy what has to last.
 */
export interface ByteSource {
  /** Bytes in all. */
  readonly size: number;
  /** Exactly `length` bytes from `offset`, or it throws. Valid until the next call. */
  read(offset: number, length: number): Uint8Array;
}

/** A source over bytes that are already in memory; `read` gives views, no copies. */
export function bytesSource(bytes: Uint8Array): ByteSource {
  return {
    size: bytes.length,
    read(offset, length) {
      if (offset < 0 || length < 0 || offset + length > bytes.length) {
        throw new RangeError(`Read of ${length} bytes at ${offset} of ${bytes.length}.`);
      }
      return bytes.subarray(offset, offset + length);
    },
  };
}

/** Little-endian view of the same memory. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/**
 * u64 as a number. Values above 2^53 lose low bits, which no bound check minds: they are far
 * beyond every file size.
 */
export function readU64(view: DataView, offset: number): number {
  return view.getUint32(offset + 4, true) * 2 ** 32 + view.getUint32(offset, true);
}

/** Position of the last `needle` in `bytes` that starts at or before `from`, or -1. */
export function lastIndexOfBytes(bytes: Uint8Array, needle: Uint8Array, from = bytes.length): number {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).lastIndexOf(needle, from);
}

/** A copy with memory of its own. (`slice` would not do: on a Buffer it is only a view.) */
export function copyOf(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes);
}
