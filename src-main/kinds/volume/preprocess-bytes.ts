import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import type { Readable, TransformOptions } from 'node:stream';
import { createGunzip, type ZlibOptions } from 'node:zlib';
import { cancelledError, fileError } from '../../base/index.ts';
import { invalidNifti } from '../../formats/nifti/index.ts';

/** Which file, and whether it is compressed: the file's extension decides, not its content. */
export interface VolumeInput {
  readonly path: string;
  readonly isGzip: boolean;
}

export interface ByteReaderOptions {
  readonly signal?: AbortSignal;
  /** File bytes (compressed ones for gzip) read so far. */
  readonly onProgress?: (bytesRead: number, bytesTotal: number) => void;
}

/** Compressed bytes per read, and inflated bytes per turn of the pool thread. */
const CHUNK_BYTES = 1 << 20;
/** Inflated bytes that may wait: the inflater stays busy while a slice is computed. */
const QUEUE_BYTES = 4 * CHUNK_BYTES;
/** The stream's own buffer must hold several chunks, or the inflater waits for the event loop each time. */
const GUNZIP_OPTIONS: ZlibOptions & TransformOptions = {
  chunkSize: CHUNK_BYTES,
  readableHighWaterMark: QUEUE_BYTES,
  writableHighWaterMark: CHUNK_BYTES,
};

/**
 * Reads the (inflated) bytes of a volume file from front to back. Inflating happens on Node's pool
 * threads while the caller computes; what has been inflated ahead is bounded.
 *
 * Gzip files may have several members and zero padding behind them; anything else is an error, and so
 * is a wrong checksum, once the end is reached.
 */
export class VolumeByteReader {
  readonly fileBytes: number;
  private readonly input: VolumeInput;
  private readonly options: ByteReaderOptions;
  private readonly queue: Uint8Array[] = [];
  private queuedBytes = 0;
  private current: Uint8Array = new Uint8Array(0);
  private position = 0;
  private failure: unknown;
  private hasEnded = false;
  private wake: (() => void) | undefined;
  private file: Readable | undefined;
  private output: Readable | undefined;
  private readonly onAbort = (): void => this.fail(cancelledError());

  private constructor(input: VolumeInput, fileBytes: number, options: ByteReaderOptions) {
    this.input = input;
    this.fileBytes = fileBytes;
    this.options = options;
    options.signal?.addEventListener('abort', this.onAbort, { once: true });
    if (options.signal?.aborted) this.onAbort();
    else if (fileBytes === 0) this.end();
    else this.start(0);
  }

  /** @throws FILE_NOT_FOUND, PERMISSION_DENIED and the like */
  static async open(input: VolumeInput, options: ByteReaderOptions = {}): Promise<VolumeByteReader> {
    try {
      const { size } = await stat(input.path);
      return new VolumeByteReader(input, size, options);
    } catch (error) {
      throw fileError(error, input.path, 'reading the scan');
    }
  }

  /** Fills `target`; returns the number of bytes there were, less than asked for only at the end. */
  async read(target: Uint8Array): Promise<number> {
    let filled = 0;
    while (filled < target.length) {
      if (this.position === this.current.length && !(await this.nextChunk())) break;
      const count = Math.min(target.length - filled, this.current.length - this.position);
      target.set(this.current.subarray(this.position, this.position + count), filled);
      this.position += count;
      filled += count;
    }
    return filled;
  }

  /** Drops `count` bytes; returns how many there were. */
  async skip(count: number): Promise<number> {
    let skipped = 0;
    while (skipped < count) {
      if (this.position === this.current.length && !(await this.nextChunk())) break;
      const step = Math.min(count - skipped, this.current.length - this.position);
      this.position += step;
      skipped += step;
    }
    return skipped;
  }

  /**
   * Reads on to the end without keeping anything, so that checksums are checked.
   *
   * @returns false if there are more than `mostBytes`; then the rest was not read
   */
  async drain(mostBytes = Infinity): Promise<boolean> {
    let drained = 0;
    while (await this.nextChunk()) if ((drained += this.current.length) > mostBytes) return false;
    return true;
  }

  close(): void {
    this.options.signal?.removeEventListener('abort', this.onAbort);
    this.hasEnded = true;
    this.file?.destroy();
    this.output?.destroy();
  }

  /** True when a further chunk became current; false at the end. */
  private async nextChunk(): Promise<boolean> {
    while (this.queue.length === 0) {
      if (this.failure !== undefined) throw this.failure;
      if (this.hasEnded) return false;
      await new Promise<void>((resolve) => (this.wake = resolve));
    }
    this.current = this.queue.shift()!;
    this.position = 0;
    this.queuedBytes -= this.current.length;
    if (this.queuedBytes < QUEUE_BYTES) this.output?.resume();
    return true;
  }

  /** Streams the file from byte `start`: all of it, or from the next gzip member. */
  private start(start: number): void {
    const file = createReadStream(this.input.path, { start, highWaterMark: CHUNK_BYTES });
    this.file = file;
    file.on('error', (error) => this.fail(fileError(error, this.input.path, 'reading the scan')));
    if (this.input.isGzip) this.inflate(file, start);
    else this.listen(file, () => this.end());
    file.on('data', () => this.options.onProgress?.(Math.min(start + file.bytesRead, this.fileBytes), this.fileBytes));
  }

  private inflate(file: Readable, start: number): void {
    const gunzip = createGunzip(GUNZIP_OPTIONS);
    let isOver = false;
    gunzip.on('error', (error) => {
      if (!isOver) this.fail(damagedGzip(error, start));
    });
    this.listen(gunzip, () => {
      isOver = true;
      file.destroy();
      void this.continueAfter(start + gunzip.bytesWritten);
    });
    file.pipe(gunzip);
  }

  /** Looks behind a finished gzip stream: nothing, zeros, or zeros and another member are allowed. */
  private async continueAfter(offset: number): Promise<void> {
    try {
      const next = await firstNonZero(this.input.path, offset);
      if (this.hasEnded || this.failure !== undefined) return;
      if (next === undefined) this.end();
      else if (next.byte === 0x1f) this.start(next.offset);
      else this.fail(trailingBytes(next.offset, this.fileBytes));
    } catch (error) {
      this.fail(fileError(error, this.input.path, 'reading the scan'));
    }
  }

  private listen(stream: Readable, onEnd: () => void): void {
    this.output = stream;
    stream.on('data', (chunk: Uint8Array) => {
      this.queue.push(chunk);
      this.queuedBytes += chunk.length;
      if (this.queuedBytes >= QUEUE_BYTES) stream.pause();
      this.awaken();
    });
    stream.on('end', onEnd);
  }

  private end(): void {
    this.hasEnded = true;
    this.awaken();
  }

  private fail(error: unknown): void {
    this.failure ??= error;
    this.queue.length = 0;
    this.file?.destroy();
    this.output?.destroy();
    this.awaken();
  }

  private awaken(): void {
    const wake = this.wake;
    this.wake = undefined;
    wake?.();
  }
}

async function firstNonZero(path: string, offset: number): Promise<{ offset: number; byte: number } | undefined> {
  const handle = await open(path, 'r');
  try {
    const buffer = Buffer.alloc(1 << 16);
    for (let at = offset; ; at += buffer.length) {
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, at);
      const found = buffer.subarray(0, bytesRead).findIndex((byte) => byte !== 0);
      if (found >= 0) return { offset: at + found, byte: buffer[found]! };
      if (bytesRead < buffer.length) return undefined;
    }
  } finally {
    await handle.close();
  }
}

function trailingBytes(offset: number, fileBytes: number): Error {
  return invalidNifti('trailing-bytes', `There are ${fileBytes - offset} bytes behind the gzip data that do not belong to it.`, {
    offset,
    fileBytes,
  });
}

/** zlib's error as a sentence. `start` is the member's place in the file. */
function damagedGzip(error: NodeJS.ErrnoException, start: number): Error {
  const details = { zlib: error.message, start };
  if (error.code === 'Z_BUF_ERROR') {
    return invalidNifti('gzip-truncated', 'The gzip data are cut off before their end.', details);
  }
  if (error.message === 'incorrect header check') {
    return invalidNifti('not-gzip', 'The file, or a part behind its gzip data, is not gzip although its name says so.', details);
  }
  return invalidNifti('gzip-damaged', `The gzip data are damaged (${error.message}).`, details);
}
