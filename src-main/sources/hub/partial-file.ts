import type { Hash } from 'node:crypto';
import { type FileHandle, open, rename, rm, statfs } from 'node:fs/promises';
import { constants } from 'node:fs';
import { dirname } from 'node:path';
import { LarderError, delay, errnoOf, fileError, syncDirectory } from '../../base/index.ts';
import type { SourceFile } from '../source.ts';
import { hashRange, startHash } from './content-hash.ts';
import { type DownloadRecord, identityOf, readRecord, writeRecord } from './download-record.ts';
import type { HubTimings } from './timings.ts';

export interface PartialPaths {
  readonly part: string;
  readonly record: string;
  readonly final: string;
}

export interface PartialOptions {
  readonly file: SourceFile;
  readonly paths: PartialPaths;
  /** What is written into the record beside `durableBytes`. */
  readonly origin: Pick<DownloadRecord, 'endpoint' | 'id' | 'commit'>;
  readonly timings: HubTimings;
}

/**
 * The file a download grows in. Bytes are appended, hashed as they pass, and made durable every
 * 16 MiB; the record then says how many leading bytes a power cut cannot take. After a restart
 * only those are trusted, and the hash of the whole is the judge at the end.
 */
export class PartialFile {
  readonly #options: PartialOptions;
  readonly #handle: FileHandle;
  #hash: Hash;
  #hashedBytes = 0;
  #writtenBytes: number;
  #durableBytes: number;
  #syncedAtMs = Date.now();

  private constructor(options: PartialOptions, handle: FileHandle, durableBytes: number) {
    this.#options = options;
    this.#handle = handle;
    this.#hash = startHash(options.file);
    this.#writtenBytes = durableBytes;
    this.#durableBytes = durableBytes;
  }

  /**
   * Opens what an earlier run left, or starts an empty file. A partial longer than the file is
   * dropped, and so is whatever lies beyond its durable bytes.
   *
   * @throws DISK_FULL, PERMISSION_DENIED, READ_ONLY, IO_FAILED
   */
  static async open(options: PartialOptions): Promise<PartialFile> {
    const { paths, file } = options;
    try {
      const record = await readRecord(paths.record);
      const handle = await open(paths.part, constants.O_RDWR | constants.O_CREAT, 0o644);
      try {
        const length = (await handle.stat()).size;
        const durable = length > file.sizeBytes ? 0 : Math.min(length, record?.durableBytes ?? 0);
        if (length > durable) await handle.truncate(durable);
        return new PartialFile(options, handle, durable);
      } catch (error) {
        await handle.close();
        throw error;
      }
    } catch (error) {
      throw await storageError(error, paths.part, file.sizeBytes);
    }
  }

  /** Bytes received so far; the next one belongs at this offset. */
  get writtenBytes(): number {
    return this.#writtenBytes;
  }

  get isComplete(): boolean {
    return this.#writtenBytes === this.#options.file.sizeBytes;
  }

  /** @throws DISK_FULL and the other file errors; what was written before stays */
  async append(chunk: Uint8Array): Promise<void> {
    try {
      await writeWhole(this.#handle, chunk, this.#writtenBytes);
    } catch (error) {
      throw await this.#storageError(error);
    }
    if (this.#hashedBytes === this.#writtenBytes) {
      this.#hash.update(chunk);
      this.#hashedBytes += chunk.length;
    }
    this.#writtenBytes += chunk.length;
    const { syncBytes, syncIntervalMs } = this.#options.timings;
    const isDue = this.#writtenBytes - this.#durableBytes >= syncBytes || Date.now() - this.#syncedAtMs >= syncIntervalMs;
    if (isDue) await this.flush();
  }

  /** Makes everything received so far durable, then says so in the record. */
  async flush(): Promise<void> {
    this.#syncedAtMs = Date.now();
    if (this.#writtenBytes === this.#durableBytes) return;
    try {
      await this.#handle.datasync();
      this.#durableBytes = this.#writtenBytes;
      await writeRecord(this.#options.paths.record, this.#record());
    } catch (error) {
      throw await this.#storageError(error);
    }
  }

  /** Back to no bytes at all. The record first: it must never promise bytes that are gone. */
  async restart(): Promise<void> {
    this.#writtenBytes = 0;
    this.#durableBytes = 0;
    this.#hash = startHash(this.#options.file);
    this.#hashedBytes = 0;
    try {
      await writeRecord(this.#options.paths.record, this.#record());
      await this.#handle.truncate(0);
    } catch (error) {
      throw await this.#storageError(error);
    }
  }

  /**
   * Hex digest of the bytes received; what an earlier run received is read again first, since the
   * state of a hash cannot be stored. Ends the hash: `restart` or `publish` must follow.
   */
  async digest(signal: AbortSignal): Promise<string> {
    await this.hashPrefix(signal);
    return this.#hash.digest('hex');
  }

  /** Brings the hash up to the bytes that are there. */
  async hashPrefix(signal: AbortSignal): Promise<void> {
    try {
      this.#hashedBytes = await hashRange(this.#handle, this.#hash, this.#hashedBytes, this.#writtenBytes, signal);
    } catch (error) {
      throw await this.#storageError(error);
    }
  }

  /** fsync, close, rename, fsync of the directory, and only then the record that calls it verified. */
  async publish(): Promise<void> {
    const { paths } = this.#options;
    try {
      await this.#handle.sync();
      await this.#handle.close();
      await renamePatiently(paths.part, paths.final);
      await syncDirectory(dirname(paths.final));
      const verified = await identityOf(paths.final);
      await writeRecord(paths.record, { ...this.#record(), ...(verified === undefined ? {} : { verified }) });
    } catch (error) {
      throw await this.#storageError(error);
    }
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }

  /** Closes and removes it with its record. */
  async discard(): Promise<void> {
    await this.#handle.close();
    await rm(this.#options.paths.record, { force: true });
    await rm(this.#options.paths.part, { force: true });
  }

  #record(): DownloadRecord {
    const { file, origin } = this.#options;
    return {
      schema: 1,
      ...origin,
      path: file.path,
      algorithm: file.digest.algorithm,
      hex: file.digest.hex,
      sizeBytes: file.sizeBytes,
      durableBytes: this.#durableBytes,
    };
  }

  #storageError(error: unknown): Promise<unknown> {
    return storageError(error, this.#options.paths.part, this.#options.file.sizeBytes - this.#writtenBytes);
  }
}

async function writeWhole(handle: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}

/** A file-system error as a sentence; for a full disk with the numbers. */
async function storageError(error: unknown, path: string, neededBytes: number): Promise<unknown> {
  const errno = errnoOf(error);
  if (errno !== 'ENOSPC' && errno !== 'EDQUOT') return fileError(error, path, 'writing the download');
  const freeBytes = await freeSpace(dirname(path));
  const free = freeBytes === undefined ? 'an unknown number of' : String(freeBytes);
  return new LarderError('DISK_FULL', `${errno === 'EDQUOT' ? 'A quota is used up' : 'The disk is full'}: ${path} needs ${neededBytes} more bytes, ${free} are free${errno === 'EDQUOT' ? ' as the disk tells it' : ''}.`, {
    hint: 'Free some space on that disk and run the same command again; what was received is kept.',
    details: { path, errno, neededBytes, freeBytes },
    cause: error,
  });
}

async function freeSpace(directory: string): Promise<number | undefined> {
  try {
    const stats = await statfs(directory);
    return stats.bavail * stats.bsize;
  } catch {
    // Only a figure for the message; the full disk is the news.
    return undefined;
  }
}

const RENAME_TRIES = 10;

/** On Windows a virus scanner may hold a new file for a moment. */
async function renamePatiently(from: string, to: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await rename(from, to);
      return;
    } catch (error) {
      const mayPass = process.platform === 'win32' && ['EPERM', 'EACCES', 'EBUSY'].includes(errnoOf(error) ?? '');
      if (!mayPass || attempt >= RENAME_TRIES) throw error;
      await delay(Math.min(2000, 20 * 2 ** attempt));
    }
  }
}
