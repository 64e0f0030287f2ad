/**
 * Loaded with `--import` into every process of a command: lets the n-th call to the file system fail, fall short, or be
 * the last one. The database is written by SQLite's own code, which does not come by here.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { constants } from 'node:os';
import { resolve } from 'node:path';
import type { Call, CallSort, FaultOrder, FaultRole, NoteOrder, NotedCall } from './fault.ts';
import { FAULT_VARIABLE, isBelow, isCounted, isShort } from './fault.ts';

type Original = (this: unknown, ...args: unknown[]) => unknown;

const order = JSON.parse(process.env[FAULT_VARIABLE] ?? '{}') as FaultOrder | NoteOrder | { readonly kind?: undefined };
const role: FaultRole = /worker|entry\.ts/.test(process.argv[1] ?? '') ? 'worker' : 'main';
const isMine = order.kind === 'note' || (order.kind !== undefined && order.role === role);
const writeHit = fs.writeFileSync;
const paths = new Map<number, string>();
const note = order.kind === 'note' ? noteInto(order.noteFile) : undefined;
let calls = 0;

/** By what the functions of the system were before this: its own writing is not to be noted. */
function noteInto(path: string): (call: NotedCall) => void {
  const [write, descriptor] = [fs.writeSync, fs.openSync(path, 'a')];
  return (call) => void write(descriptor, `${JSON.stringify(call)}\n`);
}

/** @returns true if the fault is to happen to this call */
function isMet(call: Call, name: string): boolean {
  if (order.kind === undefined || !isMine) return false;
  if (order.kind === 'note') {
    if (call.paths.some((path) => isBelow(path, order.root))) note?.({ ...call, role });
    return false;
  }
  if (!isCounted(order, call)) return false;
  const n = calls++;
  if (n < order.after || (n > order.after && !order.isLasting)) return false;
  if (n === order.after) writeHit(order.hitFile, name);
  if (order.kind === 'kill') process.kill(-(order.role === 'main' ? process.pid : process.ppid), 'SIGKILL');
  return true;
}

function failure(name: string, path: string): NodeJS.ErrnoException {
  // Node has no name for a used-up quota.
  const [code, errno] = order.kind === 'EDQUOT' ? [`Unknown system error ${-constants.errno.EDQUOT}`, -constants.errno.EDQUOT] : [order.kind, -5];
  return Object.assign(new Error(`${code}: planted, ${name} '${path}'`), { code, errno, syscall: name, path });
}

/** The path a call is about, or what its descriptor stands for; empty where it is neither. */
function pathOf(target: unknown): string {
  if (typeof target === 'number') return paths.get(target) ?? '';
  const text = typeof target === 'string' ? target : target instanceof URL ? target.pathname : Buffer.isBuffer(target) ? target.toString() : '';
  return text === '' ? '' : resolve(text);
}

/** Calls of two paths: a rename into the folder is a change of it. */
const OF_TWO = new Set(['rename', 'renameSync', 'link', 'linkSync', 'symlink', 'symlinkSync', 'copyFile', 'copyFileSync']);

function callOf(name: string, sort: CallSort, args: readonly unknown[]): Call {
  const isForced = (args[1] as { readonly force?: boolean } | undefined)?.force === true;
  return { sort: sort === 'open' ? openingOf(args[1]) : sort, paths: (OF_TWO.has(name) ? args.slice(0, 2) : args.slice(0, 1)).map(pathOf), isForced, isShortable: ArrayBuffer.isView(args[1]) && typeof args[3] === 'number' && args[3] > 1 };
}

/** @param flags of an opening: in letters, in bits, or none, which is to read */
function openingOf(flags: unknown): CallSort {
  const { O_WRONLY, O_RDWR, O_CREAT } = fs.constants;
  const [makes, writes] = typeof flags === 'string' ? [/[wa]/.test(flags), flags.includes('+')] : typeof flags === 'number' ? [(flags & O_CREAT) !== 0, (flags & (O_WRONLY | O_RDWR)) !== 0] : [false, false];
  if (makes) return 'openToMake';
  return writes ? 'openToWrite' : 'open';
}

const shortens = order.kind !== undefined && order.kind !== 'note' && isShort(order.kind);

/** Reads and writes of one byte: what the system may do at any time, and nobody expects. */
function shortened([target, buffer, offset, , ...rest]: readonly unknown[]): unknown[] {
  return [target, buffer, offset, 1, ...rest];
}

function wrapSync(name: string, sort: CallSort): void {
  const target = fs as unknown as Record<string, Original>;
  const original = target[name]!;
  target[name] = function (this: unknown, ...args) {
    if (!isMet(callOf(name, sort, args), name)) return original.apply(this, args);
    if (shortens) return original.apply(this, shortened(args));
    throw failure(name, pathOf(args[0]));
  };
}

function wrapCallback(name: string, sort: CallSort): void {
  const target = fs as unknown as Record<string, Original>;
  const original = target[name]!;
  target[name] = function (this: unknown, ...args) {
    if (!isMet(callOf(name, sort, args), name)) return original.apply(this, args);
    if (shortens) return original.apply(this, shortened(args));
    const done = args.at(-1) as (error: Error) => void;
    return process.nextTick(() => done(failure(name, pathOf(args[0]))));
  };
}

function wrapPromise(name: string, sort: CallSort): void {
  const target = fs.promises as unknown as Record<string, Original>;
  const original = target[name]!;
  target[name] = async function (this: unknown, ...args) {
    const call = { ...callOf(name, sort, args), isShortable: false };
    if (!isMet(call, name)) return await original.apply(this, args);
    throw failure(name, call.paths[0] ?? '');
  };
}

interface Handle {
  readonly fd: number;
}

function wrapHandle(prototype: Record<string, Original>, name: string, sort: CallSort): void {
  const original = prototype[name]!;
  prototype[name] = async function (this: unknown, ...args) {
    const path = paths.get((this as Handle).fd) ?? '';
    const [buffer, offset, length, ...rest] = args;
    // A whole file is written by as many calls as it needs, which do not come by here.
    const isView = (name === 'read' || name === 'write') && ArrayBuffer.isView(buffer);
    if (!isMet({ sort, paths: [path], isForced: false, isShortable: isView }, `handle.${name}`)) return await original.apply(this, args);
    if (!shortens || !isView) throw failure(`handle.${name}`, path);
    const from = typeof offset === 'number' ? offset : 0;
    return await original.call(this, buffer, from, Math.min(1, typeof length === 'number' ? length : buffer.byteLength - from), ...rest);
  };
}

/** Remembers what a descriptor stands for. */
function rememberPaths(): void {
  const { open } = fs.promises;
  const openSync = fs.openSync;
  const openCallback = fs.open as unknown as Original;
  Object.assign(fs.promises, {
    open: async (...args: Parameters<typeof open>) => {
      const handle = await open(...args);
      paths.set(handle.fd, pathOf(args[0]));
      return handle;
    },
  });
  Object.assign(fs, {
    openSync: (...args: Parameters<typeof openSync>) => {
      const descriptor = openSync(...args);
      paths.set(descriptor, pathOf(args[0]));
      return descriptor;
    },
    open: (...args: unknown[]) => {
      const done = args.at(-1) as (error: Error | null, descriptor: number) => void;
      return openCallback(...args.slice(0, -1), (error: Error | null, descriptor: number) => {
        if (error === null) paths.set(descriptor, pathOf(args[0]));
        done(error, descriptor);
      });
    },
  });
}

async function install(): Promise<void> {
  const handle = await fs.promises.open(import.meta.filename, 'r');
  const prototype = Object.getPrototypeOf(handle) as Record<string, Original>;
  await handle.close();
  rememberPaths();
  const sorts: readonly (readonly [CallSort, readonly string[], readonly string[]])[] = [
    ['open', ['openSync'], ['open']],
    ['list', ['readdirSync', 'opendirSync'], ['readdir', 'opendir']],
    ['look', ['statSync', 'lstatSync', 'fstatSync', 'statfsSync', 'accessSync', 'realpathSync', 'readlinkSync'], ['stat', 'lstat', 'access', 'readlink', 'realpath', 'statfs']],
    ['read', ['readSync'], []],
    ['readWhole', ['readFileSync'], ['readFile']],
    ['write', ['writeSync', 'writevSync'], []],
    ['writeWhole', ['writeFileSync', 'appendFileSync', 'copyFileSync'], ['writeFile', 'appendFile', 'copyFile']],
    ['change', ['mkdirSync', 'renameSync', 'rmSync', 'rmdirSync', 'unlinkSync', 'mkdtempSync', 'linkSync', 'symlinkSync', 'truncateSync', 'ftruncateSync', 'utimesSync', 'chmodSync'], ['mkdir', 'mkdtemp', 'rename', 'rm', 'rmdir', 'unlink', 'link', 'symlink', 'utimes', 'chmod', 'truncate']],
    ['sync', ['fsyncSync', 'fdatasyncSync'], []],
  ];
  for (const [sort, synchronous, promised] of sorts) {
    for (const name of synchronous) wrapSync(name, sort);
    for (const name of promised) wrapPromise(name, sort);
  }
  for (const [sort, name] of [['open', 'open'], ['read', 'read'], ['write', 'write'], ['look', 'fstat'], ['look', 'stat'], ['look', 'lstat'], ['look', 'statfs'], ['list', 'readdir'], ['readWhole', 'readFile'], ['change', 'rename'], ['change', 'unlink'], ['change', 'ftruncate'], ['sync', 'fsync'], ['sync', 'fdatasync']] as const) wrapCallback(name, sort);
  for (const [sort, name] of [['read', 'read'], ['read', 'readFile'], ['write', 'write'], ['write', 'writev'], ['write', 'writeFile'], ['write', 'appendFile'], ['change', 'truncate'], ['change', 'utimes'], ['look', 'stat'], ['sync', 'sync'], ['sync', 'datasync']] as const) wrapHandle(prototype, name, sort);
  syncBuiltinESMExports();
}

if (order.kind !== undefined && isMine) await install();
