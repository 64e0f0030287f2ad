/** How the content of a source file is named: sha256 of the bytes, or git's sha1 of `"blob <size>\0"` and the bytes. */
export interface SourceDigest {
  readonly algorithm: 'sha256' | 'git-sha1';
  /** Lower-case hex, 64 or 40 digits. Empty while the source hides it (a gated dataset without access). */
  readonly hex: string;
}

/** One file of a source, as its listing describes it before the first byte is read. */
export interface SourceFile {
  /** Path in the repository, `/` between segments. */
  readonly path: string;
  readonly sizeBytes: number;
  readonly digest: SourceDigest;
  /** A local copy of the same size was seen here; `fetch` verifies it before it hands it out. */
  readonly localPath?: string;
}

export interface SourceListing {
  /** The source's id, for the Hub `namespace/name`. */
  readonly id: string;
  /** Pinned commit, 40 hex digits; every later request names it. */
  readonly revision: string;
  /** By path. */
  readonly files: ReadonlyMap<string, SourceFile>;
  /** Requested paths that are not in this revision, in the order they were asked for. */
  readonly missing: readonly string[];
}

export type DownloadState = 'waiting' | 'resolving' | 'receiving' | 'verifying' | 'reused';

export interface DownloadEvent {
  readonly state: DownloadState;
  /** Bytes received from the network since the last event. */
  readonly bytes: number;
  /** Bytes of an earlier run or attempt that need not be received again; sent once, with the first `receiving`. */
  readonly resumedBytes?: number;
  /** Why it waits, or where a reused file came from. Free of tokens and signed addresses. */
  readonly reason?: string;
}

export type DownloadProgress = (event: DownloadEvent) => void;

export interface FetchOptions {
  /** Where partial and finished files are kept; made when absent. Partials in it are resumed. */
  readonly directory: string;
  readonly onProgress?: DownloadProgress;
  readonly signal: AbortSignal;
}

export interface FetchedFile {
  /** Absolute path of the verified file. */
  readonly path: string;
  /** False: the file belongs to someone else (Hugging Face's cache, a folder of the user). Never delete it. */
  readonly owned: boolean;
  /** Bytes received from the network by this call, repeated ones included. */
  readonly bytesDownloaded: number;
}

/** Where raw data comes from. One source is one dataset at one revision. */
export interface Source {
  readonly id: string;

  /**
   * Facts about the given paths; nothing is downloaded. Paths the source does not have are listed, not thrown.
   *
   * @throws SOURCE_NOT_FOUND, REVISION_NOT_FOUND, SOURCE_UNREACHABLE and the other access errors;
   *   PATH_REFUSED for a path that leaves the repository; CANCELLED
   */
  list(paths: readonly string[], signal: AbortSignal): Promise<SourceListing>;

  /**
   * Asks whether files may be downloaded; to be called before the first download, since a gated
   * dataset can often be listed without access.
   *
   * @throws SOURCE_GATED, SOURCE_FORBIDDEN, SOURCE_DISABLED, SOURCE_NOT_FOUND, TOKEN_INVALID, PROXY_ANSWERED,
   *   RATE_LIMITED, SOURCE_UNREACHABLE, CANCELLED
   */
  checkAccess(signal: AbortSignal): Promise<void>;

  /**
   * Gives a verified file: one already finished in `directory`, a reusable local copy in place, or
   * a download. Two calls for the same content in one process share one download and one file.
   *
   * @throws the errors of `checkAccess`, and SOURCE_MISSING, SOURCE_CHANGED, SOURCE_CORRUPT,
   *   SOURCE_WRONG_CONTENT, OFFLINE, DISK_FULL, CANCELLED. Partial files stay for the next call,
   *   except where their content was proved wrong. `stopsTheBatch` tells which concern every file.
   */
  fetch(file: SourceFile, options: FetchOptions): Promise<FetchedFile>;

  /** Closes idle connections. */
  close(): Promise<void>;
}
