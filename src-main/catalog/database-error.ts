import { dirname } from 'node:path';
import { DiskReserve, LarderError, isLarderError, isQuotaUsedUp, lacksFiles, quotaHint, roomWords } from '../base/index.ts';

/** The driver's errors carry SQLite's own (extended) result code: `SQLITE_BUSY`, `SQLITE_IOERR_WRITE`, … */
function sqliteCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || isLarderError(error)) return undefined;
  const code = (error as NodeJS.ErrnoException).code;
  return code?.startsWith('SQLITE_') ? code : undefined;
}

/** Damage that SQLite does not see, as it would tell it. */
export function damage(what: string): Error {
  return Object.assign(new Error(what), { code: 'SQLITE_CORRUPT' });
}

export function isBusy(error: unknown): boolean {
  return /^SQLITE_(BUSY|LOCKED)/.test(sqliteCode(error) ?? '');
}

/** Row ids are given in transactions, behind the last one: where one is taken all the same, table and index have come apart. */
const DAMAGE = /^SQLITE_(CORRUPT|NOTADB|CONSTRAINT_(PRIMARYKEY|ROWID))/;

export function isDamage(error: unknown): boolean {
  return DAMAGE.test(sqliteCode(error) ?? '');
}

export function isConstraint(error: unknown): boolean {
  return sqliteCode(error)?.startsWith('SQLITE_CONSTRAINT') === true;
}

/**
 * What a full disk, a used-up quota or a lack of inodes looks like: SQLite tells the last two, and the file it shares between
 * processes, as failed writes or files that cannot be opened.
 */
export function isLackOfSpace(error: unknown): boolean {
  // A statement within a transaction has told it in words already.
  const code = sqliteCode(isLarderError(error) ? error.cause : error);
  return /^SQLITE_(FULL|CANTOPEN|IOERR_(WRITE|TRUNCATE|FSYNC|DIR_FSYNC|SHM\w+))/.test(code ?? '');
}

/** A statement asks for a table or column that is not there: https://www.sqlite.org/rescode.html tells all such faults as one. */
export function isForeignTable(error: unknown): boolean {
  return sqliteCode(error) === 'SQLITE_ERROR' && /^no such |has no column named|^ON CONFLICT clause does not match/.test((error as Error).message);
}

/** A write that was refused, where there is room again now. One that was not synced is not among them: what is lost then, no second try brings back. */
export function isOfTheMoment(error: unknown, path: string): boolean {
  const code = sqliteCode(isLarderError(error) ? error.cause : error);
  return /^SQLITE_(CANTOPEN|IOERR_(WRITE|TRUNCATE|SHM\w+))/.test(code ?? '') && !isQuotaUsedUp(dirname(path));
}

/** Result codes of https://www.sqlite.org/rescode.html that a user can meet; all others are bugs and stay as they are. */
const SENTENCES: readonly (readonly [RegExp, (path: string, cause: unknown) => LarderError])[] = [
  [
    /^SQLITE_(BUSY|LOCKED)/,
    (path, cause) =>
      new LarderError('CATALOG_BUSY', `Another process has been writing to the catalog ${path} for too long.`, {
        cause,
        hint: 'Wait until it has finished, or end it, and try again.',
      }),
  ],
  [
    DAMAGE,
    (path, cause) =>
      new LarderError('CATALOG_DAMAGED', `The catalog ${path} is damaged.`, {
        cause,
        hint: 'Start Larder again: the file is set aside and what it said about the caches is read from them again.',
      }),
  ],
  [
    /^SQLITE_FULL/,
    (path, cause) =>
      new LarderError('DISK_FULL', `The disk is full: the catalog ${path} could not be written.`, { cause, hint: `${roomWords(path)}Free some space on that disk and try again.` }),
  ],
  [
    /^SQLITE_(READONLY|PERM|AUTH)/,
    (path, cause) => new LarderError('READ_ONLY', `The catalog ${path} cannot be written.`, { cause, hint: 'Check the owner and the mode of the file and its folder.' }),
  ],
  [
    /^SQLITE_(CANTOPEN|IOERR|NOLFS)/,
    (path, cause) =>
      new LarderError('IO_FAILED', `The catalog ${path} could not be read or written.`, { cause, hint: 'Check the disk and the rights of that folder, then try again.' }),
  ],
];

/** Turns the driver's error into a sentence about the catalog. */
export function databaseError(error: unknown, path: string): unknown {
  const code = sqliteCode(error);
  if (code === undefined) return error;
  if (code !== 'SQLITE_FULL' && isLackOfSpace(error) && isQuotaUsedUp(dirname(path))) {
    return new LarderError('DISK_FULL', `A quota is used up: the catalog ${path} could not be written.`, { cause: error, hint: quotaHint(path), details: { path, errno: 'EDQUOT' } });
  }
  // A file that cannot be made on a full disk is told as a file that cannot be opened.
  const isFull = isLackOfSpace(error) && (new DiskReserve(path).isScarce() || lacksFiles(dirname(path)));
  const found = SENTENCES.find(([pattern]) => pattern.test(isFull ? 'SQLITE_FULL' : code));
  return found ? found[1](path, error) : error;
}
