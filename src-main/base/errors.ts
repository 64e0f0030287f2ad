import { constants } from 'node:os';
import type { ErrorCode, WireError } from '../contract/errors.ts';
import { quotaHint, roomWords } from './room-words.ts';

export interface LarderErrorOptions {
  readonly hint?: string;
  readonly details?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

/**
 * Expected trouble. `code` is for programs, `message` says what happened to which file or item,
 * `hint` says what to do now. Anything else that is thrown is a bug and is shown as `INTERNAL`.
 */
export class LarderError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly details: Readonly<Record<string, unknown>> | undefined;

  constructor(code: ErrorCode, message: string, options: LarderErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'LarderError';
    this.code = code;
    this.hint = options.hint;
    this.details = options.details;
  }
}

/** Cancellation is not a failure: it has its own code and is never counted as one. */
export function cancelledError(what = 'The operation'): LarderError {
  return new LarderError('CANCELLED', `${what} was cancelled.`);
}

export function isLarderError(error: unknown, code?: ErrorCode): error is LarderError {
  return error instanceof LarderError && (code === undefined || error.code === code);
}

/** True for our own cancellation and for the platform's abort errors. */
export function isCancelled(error: unknown): boolean {
  if (isLarderError(error)) return error.code === 'CANCELLED';
  return error instanceof Error && (error.name === 'AbortError' || (error as NodeJS.ErrnoException).code === 'ABORT_ERR');
}

/** The `code` of a Node system error (`ENOENT`, `ENOSPC`, …), if it is one. Node has no name for a used-up quota and tells its number. */
export function errnoOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code, errno } = error as NodeJS.ErrnoException;
  if (errno === -constants.errno.EDQUOT) return 'EDQUOT';
  return typeof code === 'string' && /^E[A-Z0-9]+$/.test(code) ? code : undefined;
}

/**
 * Turns a file-system error into a sentence about a path. Unknown errors come back as they are, so
 * that bugs stay bugs.
 *
 * @param doing what was being done, as in "reading the volume list"
 */
export function fileError(error: unknown, path: string, doing: string): unknown {
  if (isLarderError(error) || isCancelled(error)) return error;
  const errno = errnoOf(error);
  const options = { cause: error, details: { path, errno } };
  switch (errno) {
    case undefined:
      return error;
    case 'EDQUOT':
      return new LarderError('DISK_FULL', `A quota is used up: ${doing} ${path} could not be finished.`, { ...options, hint: quotaHint(path) });
    case 'ENOSPC':
      return new LarderError('DISK_FULL', `The disk is full: ${doing} ${path} could not be finished.`, {
        ...options,
        hint: `${roomWords(path)}Free some space on that disk and run the same command again; it goes on where it stopped.`,
      });
    case 'EACCES':
    case 'EPERM':
      return new LarderError('PERMISSION_DENIED', `No permission: ${doing} ${path} was refused by the system.`, {
        ...options,
        hint: 'Check the owner and the mode of that path, or choose another folder in the config.',
      });
    case 'ELOOP':
      return new LarderError('PATH_REFUSED', `${path} is a link, and links are not followed there (${doing}).`, {
        ...options,
        hint: 'Put the file itself in its place, or remove the link.',
      });
    case 'EROFS':
      return new LarderError('READ_ONLY', `Read-only file system: ${doing} ${path} is not possible.`, {
        ...options,
        hint: 'Choose a folder on a disk that can be written.',
      });
    case 'ENOENT':
    case 'ENOTDIR':
      return new LarderError('FILE_NOT_FOUND', `Not found: ${path} (${doing}).`, {
        ...options,
        hint: 'Check the path; relative paths start at the working directory.',
      });
    case 'EISDIR':
      return new LarderError('FILE_NOT_FOUND', `${path} is a folder, not a file (${doing}).`, { ...options, hint: 'Give the path of a file.' });
    default:
      return new LarderError('IO_FAILED', `${errno}: ${doing} ${path} failed.`, {
        ...options,
        hint: 'Check the disk and the connection to it, then run the same command again.',
      });
  }
}

/** Error to data; stacks never leave the process. */
export function toWire(error: unknown): WireError {
  if (isLarderError(error)) {
    return {
      code: error.code,
      message: error.message,
      ...(error.hint === undefined ? {} : { hint: error.hint }),
      ...(error.details === undefined ? {} : { details: error.details }),
      ...(error.cause === undefined ? {} : { cause: toWire(error.cause) }),
    };
  }
  if (isCancelled(error)) return { code: 'CANCELLED', message: 'The operation was cancelled.' };
  const message = error instanceof Error ? error.message : String(error);
  return { code: 'INTERNAL', message };
}

/** Data back to an error, code and cause intact. */
export function fromWire(wire: WireError): LarderError {
  return new LarderError(wire.code, wire.message, {
    ...(wire.hint === undefined ? {} : { hint: wire.hint }),
    ...(wire.details === undefined ? {} : { details: wire.details }),
    ...(wire.cause === undefined ? {} : { cause: fromWire(wire.cause) }),
  });
}
