/**
 * Every error a user can meet has one of these codes. They are stable once released: scripts and
 * the page decide by code, people read the message and the hint.
 */
export const ERROR_CODES = [
  'ARGUMENT_INVALID',
  'CONFIG_INVALID',
  'CONFIG_UNREADABLE',
  'CONFIG_CHANGED',
  'LIST_INVALID',
  'NAME_INVALID',
  'NIFTI_INVALID',
  'NIFTI_UNSUPPORTED',
  'AFFINE_INVALID',
  'PREPROCESS_FAILED',
  'FONT_INVALID',
  'CORPUS_INVALID',
  'TORCH_INVALID',
  'ENTRY_DAMAGED',
  'CACHE_NOT_FOUND',
  'CACHE_IN_USE',
  'LOCK_LOST',
  'CACHE_FOREIGN',
  'CACHE_NOT_SAMPLE',
  'ENTRY_NOT_FOUND',
  'ENTRY_EXISTS',
  'CATALOG_DAMAGED',
  'CATALOG_TOO_NEW',
  'CATALOG_TOO_OLD',
  'CATALOG_BUSY',
  'RUNTIME_TOO_OLD',
  'NATIVE_MODULE_MISSING',
  'DISK_FULL',
  'DISK_WOULD_NOT_FIT',
  'PERMISSION_DENIED',
  'READ_ONLY',
  'PATH_REFUSED',
  'FILE_NOT_FOUND',
  'IO_FAILED',
  'SOURCE_MISSING',
  'SOURCE_UNREACHABLE',
  'SOURCE_CHANGED',
  'SOURCE_CORRUPT',
  'SOURCE_WRONG_CONTENT',
  'SOURCE_GATED',
  'SOURCE_FORBIDDEN',
  'SOURCE_DISABLED',
  'SOURCE_NOT_FOUND',
  'REVISION_NOT_FOUND',
  'TOKEN_INVALID',
  'PROXY_ANSWERED',
  'RATE_LIMITED',
  'OFFLINE',
  'WORKER_LOST',
  'WORKER_OUT_OF_MEMORY',
  'JOB_NOT_FOUND',
  'CONFIRMATION_NEEDED',
  'CANCELLED',
  'INTERNAL',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

/** An error as data: what crosses processes, sockets and `--json` lines. */
export interface WireError {
  readonly code: ErrorCode;
  /** What happened, to which file or item. */
  readonly message: string;
  /** What to do now. */
  readonly hint?: string;
  /** Evidence in JSON types: expected, found, path, … */
  readonly details?: Readonly<Record<string, unknown>>;
  readonly cause?: WireError;
}

/** Process exit codes of the command line. */
export const EXIT = {
  ok: 0,
  /** Findings, or items that failed. */
  findings: 1,
  /** Wrong usage or config. */
  usage: 2,
  /** Refused: the disk would not hold it, the dataset is gated, the cache is in use. */
  refused: 3,
  cancelled: 130,
} as const;
