import { createRequire } from 'node:module';
import { existsSync, readFileSync, renameSync, rmSync, statSync, statfsSync, writeFileSync } from 'node:fs';
import { dirname, join, parse } from 'node:path';
import type BetterSqlite3 from 'better-sqlite3';
import { DiskReserve, LarderError, fileError, makeFolderSync } from '../base/index.ts';
import { migrate } from './migrations/index.ts';
import { damage, databaseError, isBusy, isConstraint, isDamage, isForeignTable, isLackOfSpace, isOfTheMoment } from './database-error.ts';
import { leaveLog, mayHaveLog, waitAMoment } from './log-mode.ts';

type Driver = typeof BetterSqlite3;
type Connection = BetterSqlite3.Database;
type Statement = BetterSqlite3.Statement<unknown[], unknown>;
export type SqlValue = string | number | bigint | Uint8Array | null;

/** The driver is built against Node 22 and newer; older versions crash while loading it instead of saying so. */
const OLDEST_NODE = 22;
/** Longer than the longest write transaction of another process (1,000,000 items required at once: some 8 s). */
const BUSY_TIMEOUT_MS = 20_000;
const CACHE_KIB = 64 * 1024;
/** Pages of the log after which it is written back; few where the disk is full. */
const LOG_PAGES = 4000;
const TIGHT_LOG_PAGES = 64;
/** How often a write is tried again that was refused where there is room. */
const AGAIN_MAX = 2;

function loadDriver(): Driver {
  const major = Number(process.versions.node.split('.')[0]);
  if (major < OLDEST_NODE) {
    throw new LarderError('RUNTIME_TOO_OLD', `The catalog needs Node ${OLDEST_NODE} or newer; this is Node ${process.versions.node}.`, {
      hint: 'Start Larder through npm start or npx larder, which bring their own Node.',
    });
  }
  try {
    return createRequire(import.meta.url)('better-sqlite3') as Driver;
  } catch (error) {
    throw nativeModuleMissing(error);
  }
}

function nativeModuleMissing(cause: unknown): LarderError {
  return new LarderError('NATIVE_MODULE_MISSING', 'The SQLite driver (better-sqlite3) could not be loaded.', {
    cause,
    hint: 'Run npm install again on this machine, with the same Node version and without --omit=optional.',
  });
}

function connect(path: string, options: BetterSqlite3.Options): Connection {
  const Driver = loadDriver();
  try {
    return new Driver(path, { timeout: BUSY_TIMEOUT_MS, ...options });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    const isLoading = code === 'MODULE_NOT_FOUND' || code === 'ERR_DLOPEN_FAILED' || /bindings? file|NODE_MODULE_VERSION/i.test(String(error));
    throw isLoading ? nativeModuleMissing(error) : error;
  }
}

/** Reads only. Statements are prepared once and kept by their text. */
export interface ReadHandle {
  readonly path: string;
  get<Row>(sql: string, ...values: SqlValue[]): Row | undefined;
  all<Row>(sql: string, ...values: SqlValue[]): Row[];
  /** For damage that only its reader can see: the file is set aside when it is opened the next time. @returns CATALOG_DAMAGED */
  damaged(what: string): Error;
  /** Runs `work` on one snapshot of the database. */
  snapshot<T>(work: () => T): T;
  close(): void;
}

export interface RunResult {
  readonly changes: number;
  /** Row id of the last row that was inserted on this connection. */
  readonly lastId: number;
}

export interface WriteHandle extends ReadHandle {
  run(sql: string, ...values: SqlValue[]): RunResult;
  /** A prepared statement for many rows; call it inside of `transaction`. */
  runner(sql: string): (values: readonly SqlValue[]) => RunResult;
  /**
   * All or nothing. Takes the write lock at once; waits for other processes up to 20 s.
   *
   * @param work done a second time where the disk was full and the reserve made room
   */
  transaction<T>(work: () => T): T;
  /** Gives the reserve back where that makes room in this folder. @returns true if it did */
  makeRoom(directory: string): boolean;
  /** Frees the pages that are kept in memory; they are read again when they are needed. */
  releaseMemory(): void;
}

class Handle implements WriteHandle {
  readonly path: string;
  readonly #connection: Connection;
  readonly #reserve: DiskReserve | undefined;
  readonly #statements = new Map<string, Statement>();
  #logPages = LOG_PAGES;

  constructor(connection: Connection, path: string, reserve?: DiskReserve) {
    this.#connection = connection;
    this.#reserve = reserve;
    this.path = path;
  }

  /**
   * Where the disk is full, the reserve is given back and the work, which SQLite has rolled back, is done once more; also
   * after a quota that has room again, because something was removed meanwhile or the file system has only now written down what was.
   */
  #withRoom<T>(work: () => T): T {
    if (this.#reserve === undefined) return work();
    if (this.#reserve.isScarce()) this.#giveRoom();
    else if (this.#reserve.ensure()) this.#setLogPages(LOG_PAGES);
    for (let attempt = 1; ; attempt++) {
      try {
        return work();
      } catch (error) {
        if (!isLackOfSpace(error)) throw error;
        if (!this.#giveRoom() && (attempt > AGAIN_MAX || !isOfTheMoment(error, this.path))) throw error;
      }
    }
  }

  /** From here on the log is written back often, and its own space used again, instead of growing. */
  #giveRoom(): boolean {
    const isGiven = this.#reserve?.release() === true;
    if (this.#logPages !== TIGHT_LOG_PAGES) {
      this.#setLogPages(TIGHT_LOG_PAGES);
      this.#connection.pragma('wal_checkpoint(PASSIVE)');
    }
    return isGiven;
  }

  #setLogPages(pages: number): void {
    this.#logPages = pages;
    this.#connection.pragma(`wal_autocheckpoint = ${pages}`);
  }

  releaseMemory(): void {
    this.#connection.pragma('shrink_memory');
  }

  makeRoom(directory: string): boolean {
    return this.#reserve?.isOnDiskOf(directory) === true && this.#giveRoom();
  }

  damaged(what: string): Error {
    markDamaged(this.path, what);
    return databaseError(damage(what), this.path) as Error;
  }

  #statement(sql: string): Statement {
    let statement = this.#statements.get(sql);
    if (!statement) {
      statement = this.#connection.prepare<unknown[], unknown>(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  #guard<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw this.#told(error);
    }
  }

  /**
   * No statement of ours breaks a rule of the tables; where one does, table and index may have come apart. Nor does one ask for
   * what the tables do not have: then their own description, which no check of SQLite looks into, was changed.
   */
  #told(error: unknown): unknown {
    if (isForeignTable(error)) {
      markDamaged(this.path, String(error));
      return databaseError(Object.assign(damage('its tables are not those that were made'), { cause: error }), this.path);
    }
    const isBroken = isDamage(error) || (isConstraint(error) && !this.#isSound());
    if (isBroken) markDamaged(this.path);
    return databaseError(isBroken && !isDamage(error) ? Object.assign(damage('a rule of the tables is broken'), { cause: error }) : error, this.path);
  }

  #isSound(): boolean {
    try {
      return complaintOf(this.#connection, 'integrity_check') === undefined;
    } catch {
      return false;
    }
  }

  get<Row>(sql: string, ...values: SqlValue[]): Row | undefined {
    return this.#guard(() => {
      const statement = this.#statement(sql);
      const get = (): Row | undefined => statement.get(...values) as Row | undefined;
      return statement.readonly || this.#connection.inTransaction ? get() : this.#withRoom(get);
    });
  }

  all<Row>(sql: string, ...values: SqlValue[]): Row[] {
    return this.#guard(() => this.#statement(sql).all(...values) as Row[]);
  }

  run(sql: string, ...values: SqlValue[]): RunResult {
    return this.runner(sql)(values);
  }

  runner(sql: string): (values: readonly SqlValue[]) => RunResult {
    const statement = this.#guard(() => this.#statement(sql));
    return (values) => {
      try {
        const run = (): ReturnType<Statement['run']> => statement.run(...values);
        const { changes, lastInsertRowid } = this.#connection.inTransaction ? run() : this.#withRoom(run);
        return { changes, lastId: Number(lastInsertRowid) };
      } catch (error) {
        throw this.#told(error);
      }
    };
  }

  snapshot<T>(work: () => T): T {
    if (this.#connection.inTransaction) return work();
    return this.#guard(() => this.#connection.transaction(work).deferred());
  }

  transaction<T>(work: () => T): T {
    if (this.#connection.inTransaction) return work();
    return this.#guard(() => this.#withRoom(() => this.#connection.transaction(work).immediate()));
  }

  close(): void {
    this.#statements.clear();
    this.#connection.close();
  }
}

const SIBLINGS = ['', '-wal', '-shm', '-journal'] as const;

/** Damage found in the middle of the work is remembered beside the file, and dealt with when it is opened the next time. */
function damageMark(path: string): string {
  return `${path}.damaged`;
}

/** @param unseen damage that SQLite does not see, so that it need not be asked again */
function markDamaged(path: string, unseen = ''): void {
  if (path === ':memory:') return;
  try {
    writeFileSync(damageMark(path), unseen);
  } catch {
    // The error that led here is thrown all the same, and opening checks the file again.
  }
}

/** @returns where the damaged file is now: `catalog.damaged-<time>.sqlite` in the same folder */
function setAside(path: string, nowMs: number): string {
  const { dir, name, ext } = parse(path);
  const stamp = new Date(nowMs).toISOString().replaceAll(/[:.]/g, '-');
  const aside = join(dir, `${name}.damaged-${stamp}${ext}`);
  for (const sibling of SIBLINGS) if (existsSync(path + sibling)) renameSync(path + sibling, aside + sibling);
  rmSync(damageMark(path), { force: true });
  return aside;
}

function configure(connection: Connection, path: string): void {
  // A page of 8 KiB holds some 150 keys of the unique index: 10 to 20 % faster bulk inserts than 4 KiB.
  connection.pragma('page_size = 8192');
  // Elsewhere a new file has none, and one that still has keeps it: another process is using it.
  if (mayHaveLog(path)) connection.pragma('journal_mode = WAL');
  connection.pragma('synchronous = NORMAL');
  connection.pragma('foreign_keys = ON');
  connection.pragma(`wal_autocheckpoint = ${LOG_PAGES}`);
  connection.pragma('temp_store = MEMORY');
  connection.pragma(`cache_size = -${CACHE_KIB}`);
}

/** Switching to WAL does not wait for other processes that do the same; so the waiting is done here. */
function configureWhenFree(connection: Connection, path: string): void {
  const untilMs = Date.now() + BUSY_TIMEOUT_MS;
  for (;;) {
    try {
      configure(connection, path);
      return;
    } catch (error) {
      if (!isBusy(error) || Date.now() > untilMs) throw error;
      waitAMoment();
    }
  }
}

/** SQLITE_IOERR of https://www.sqlite.org/rescode.html, and the bits of a result code that tell its sort. */
const IO_ERROR = 10;
const PRIMARY_CODE = 0xff;

/** What a check has to say against the file; undefined if nothing. @throws SQLITE_IOERR where it is the disk that fails */
function complaintOf(connection: Connection, check: string): string | undefined {
  const lines = (connection.pragma(check) as readonly { readonly integrity_check: string }[]).map((row) => row.integrity_check);
  const failed = lines.find((line) => (Number(/error code=(\d+)/.exec(line)?.[1] ?? 0) & PRIMARY_CODE) === IO_ERROR);
  if (failed !== undefined) throw Object.assign(new Error(failed), { code: 'SQLITE_IOERR' });
  return lines.length === 1 && lines[0] === 'ok' ? undefined : lines.join('; ');
}

/** Few rows, which all others lean on. */
const SMALL_TABLES = ['cache', 'split'] as const;

/**
 * Holds small tables against their indexes, in well under a millisecond: SQLite itself sees damage only where it stumbles
 * over it, and believes an index that leads to rows which are gone. The entries are too many for this.
 *
 * @throws SQLITE_CORRUPT
 */
function checkSmallTables(connection: Connection): void {
  for (const table of SMALL_TABLES) {
    const said = complaintOf(connection, `integrity_check(${table})`);
    if (said !== undefined) throw damage(`${table}: ${said}`);
  }
}

/** The file that SQLite shares between processes, twice. */
const SHARED_BYTES = 64 * 2 ** 10;
const PAGE_BYTES = 4096;

/**
 * SQLite makes sure of one block of every page of 4 KiB of the file it shares between processes. Where blocks are smaller (ext4
 * on a small disk), the rest of the page has no room on a full disk, and the system ends the process with SIGBUS.
 *
 * @throws SQLITE_FULL
 */
function assertRoomToShare(path: string): void {
  if (path === ':memory:') return;
  if (isShortOfBlocks(dirname(path))) throw Object.assign(new Error('no room for the shared file'), { code: 'SQLITE_FULL' });
}

function isShortOfBlocks(directory: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(directory);
    return bsize < PAGE_BYTES && bavail * bsize < SHARED_BYTES;
  } catch {
    // What the disk does not tell is met by whoever opens the file.
    return false;
  }
}

function openForWriting(path: string): Connection {
  assertRoomToShare(path);
  if (!mayHaveLog(path)) leaveLog(path, (options) => connect(path, options));
  const connection = connect(path, {});
  try {
    configureWhenFree(connection, path);
    migrate(connection, path);
    checkSmallTables(connection);
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

/** Identity of the file at a path, to see whether another process has replaced it meanwhile. */
function fileNumber(path: string): bigint | undefined {
  return statSync(path, { bigint: true, throwIfNoEntry: false })?.ino;
}

export interface OpenedDatabase {
  readonly handle: WriteHandle;
  /** Where the damaged database was moved, if there was one. */
  readonly setAside: string | null;
}

/**
 * Opens the database, creates or migrates it. A damaged file is set aside and an empty one made in its place.
 *
 * @param path absolute, or `:memory:`
 * @throws CATALOG_TOO_NEW, CATALOG_BUSY, RUNTIME_TOO_OLD, NATIVE_MODULE_MISSING, and file errors by name
 */
export function openDatabase(path: string, nowMs: number = Date.now()): OpenedDatabase {
  if (path === ':memory:') return { handle: new Handle(openForWriting(path), path), setAside: null };
  try {
    makeFolderSync(dirname(path));
  } catch (error) {
    throw fileError(error, dirname(path), 'making the folder of the catalog');
  }
  const before = fileNumber(path);
  const reserve = new DiskReserve(`${path}.reserve`);
  reserve.releaseIfScarce();
  if (existsSync(damageMark(path))) {
    if (statSync(damageMark(path)).size > 0 || !isSoundAfterAll(path, reserve)) return openFresh(path, nowMs, reserve);
    rmSync(damageMark(path), { force: true });
  }
  try {
    return { handle: new Handle(openWithRoom(path, reserve), path, reserve), setAside: null };
  } catch (error) {
    if (!isDamage(error)) throw databaseError(error, path);
    const isReplaced = fileNumber(path) !== before;
    return isReplaced ? { handle: reopen(path, reserve), setAside: null } : openFresh(path, nowMs, reserve);
  }
}

/**
 * A disk that fails for a moment makes SQLite speak of damage too: what it cannot read back while it undoes a write is of no
 * form. Only a file that is still damaged when it is read as a whole is set aside with its history.
 *
 * @throws IO_FAILED where the disk fails still
 */
function isSoundAfterAll(path: string, reserve: DiskReserve): boolean {
  let connection: Connection | undefined;
  try {
    connection = openWithRoom(path, reserve);
    return complaintOf(connection, 'integrity_check') === undefined;
  } catch (error) {
    if (isDamage(error)) return false;
    throw databaseError(error, path);
  } finally {
    connection?.close();
  }
}

function openWithRoom(path: string, reserve: DiskReserve): Connection {
  try {
    return openForWriting(path);
  } catch (error) {
    if (!isLackOfSpace(error) || !reserve.release()) throw error;
    return openForWriting(path);
  }
}

function openFresh(path: string, nowMs: number, reserve: DiskReserve): OpenedDatabase {
  try {
    const aside = setAside(path, nowMs);
    return { handle: reopen(path, reserve), setAside: aside };
  } catch (error) {
    throw fileError(error, path, 'setting aside the damaged catalog');
  }
}

function reopen(path: string, reserve: DiskReserve): WriteHandle {
  try {
    return new Handle(openWithRoom(path, reserve), path, reserve);
  } catch (error) {
    throw databaseError(error, path);
  }
}

/** Larger files are not taken into memory to make room on a disk. */
const COPY_BYTES_MAX = 512 * 2 ** 20;
/** Bytes 18 and 19 of a database tell the way it is written: 2 with a log beside it, which memory has not. */
const WRITE_VERSION_AT = 18;

/**
 * What a database says, in memory: for a disk so full that the file can neither be opened nor written. What its log alone
 * holds is not in it, and where nothing can be read it is empty.
 */
export function openDatabaseCopy(path: string): WriteHandle {
  const copy = readCopy(path);
  if (copy !== undefined) return copy;
  return new Handle(openForWriting(':memory:'), ':memory:');
}

function readCopy(path: string): WriteHandle | undefined {
  try {
    if (statSync(path).size > COPY_BYTES_MAX) return undefined;
    const bytes = readFileSync(path);
    bytes.fill(1, WRITE_VERSION_AT, WRITE_VERSION_AT + 2);
    const connection = new (loadDriver())(bytes);
    connection.pragma('foreign_keys = ON');
    if (connection.pragma('quick_check', { simple: true }) !== 'ok') return undefined;
    migrate(connection, path);
    return new Handle(connection, ':memory:');
  } catch {
    // The entries are read from the caches then.
    return undefined;
  }
}

/** Without a log, what a process that died while it wrote has left is undone by whoever reads next, who must be able to write for that. */
function connectToRead(path: string): Connection {
  if (mayHaveLog(path)) return connect(path, { readonly: true, fileMustExist: true });
  const connection = connect(path, { fileMustExist: true });
  connection.pragma('query_only = ON');
  return connection;
}

/** @throws FILE_NOT_FOUND, CATALOG_DAMAGED, CATALOG_TOO_NEW, CATALOG_TOO_OLD */
export function openDatabaseReadonly(path: string): ReadHandle {
  if (!existsSync(path)) {
    throw new LarderError('FILE_NOT_FOUND', `There is no catalog at ${path}.`, { hint: 'Open a cache or a config first; that makes one.' });
  }
  let connection: Connection | undefined;
  try {
    connection = connectToRead(path);
    connection.pragma(`cache_size = -${CACHE_KIB}`);
    migrate(connection, path);
    return new Handle(connection, path);
  } catch (error) {
    connection?.close();
    throw databaseError(error, path);
  }
}
