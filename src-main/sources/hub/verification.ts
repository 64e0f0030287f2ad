import { rm } from 'node:fs/promises';
import { errnoOf } from '../../base/index.ts';
import type { SourceFile } from '../source.ts';
import { hashFile } from './content-hash.ts';
import type { DownloadPaths } from './download-paths.ts';
import { type DownloadRecord, type FileIdentity, identityOf, isSameFile, readRecord, writeRecord } from './download-record.ts';

export interface VerifyOptions {
  /** Called before a file is read as a whole. */
  readonly onVerify: () => void;
  readonly signal: AbortSignal;
}

/**
 * Decides whether a local file may be used for a file of the source. Its content is hashed once;
 * after that its device, inode, size and times stand for it, and any change of them
 * means hashing again. A name proves nothing: caches name blobs by other hashes too.
 */
export class Verification {
  /** Identities checked by this process, by key and path. */
  readonly #checked = new Map<string, FileIdentity>();

  /** A file we finished earlier. One that is not what its name says is removed. */
  async verifyOwn(file: SourceFile, paths: DownloadPaths, options: VerifyOptions): Promise<boolean> {
    const identity = await identityOf(paths.final);
    if (identity === undefined) return false;
    if (await this.#isRight(file, identity, paths, options)) return true;
    await rm(paths.final, { force: true });
    return false;
  }

  /** A file of somebody else. It is only ever read; false when it cannot be. */
  async verifyForeign(file: SourceFile, path: string, paths: DownloadPaths, options: VerifyOptions): Promise<boolean> {
    try {
      const identity = await identityOf(path);
      return identity !== undefined && (await this.#isRight(file, identity, paths, options));
    } catch (error) {
      // It may go away or be unreadable at any time; then it is downloaded.
      if (errnoOf(error) !== undefined) return false;
      throw error;
    }
  }

  async #isRight(file: SourceFile, identity: FileIdentity, paths: DownloadPaths, options: VerifyOptions): Promise<boolean> {
    if (identity.sizeBytes !== file.sizeBytes) return false;
    const memoryKey = `${paths.key} ${identity.path}`;
    const record = await readRecord(paths.record);
    if (isSameFile(this.#checked.get(memoryKey), identity) || isSameFile(verifiedBy(record, file), identity)) return true;
    options.onVerify();
    if ((await hashFile(identity.path, file, options.signal)) !== file.digest.hex) return false;
    this.#checked.set(memoryKey, identity);
    if (record?.verified !== undefined || record === undefined) await writeRecord(paths.record, verifiedRecord(file, identity));
    return true;
  }
}

function verifiedBy(record: DownloadRecord | undefined, file: SourceFile): FileIdentity | undefined {
  return record?.hex === file.digest.hex && record.algorithm === file.digest.algorithm ? record.verified : undefined;
}

function verifiedRecord(file: SourceFile, verified: FileIdentity): DownloadRecord {
  return {
    schema: 1,
    endpoint: '',
    id: '',
    commit: '',
    path: file.path,
    algorithm: file.digest.algorithm,
    hex: file.digest.hex,
    sizeBytes: file.sizeBytes,
    durableBytes: 0,
    verified,
  };
}
