/**
 * Loaded with `--import` into every process of a command: lets the n-th call to the file system fail, fall short, or be
 * the last one. The database is written by SQLite's own code, which does not come by here.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { resolve } from 'node:path';
import type { CallSort, FaultOrder } from './fault.ts';
import { FAULT_VARIABLE, canMeet } from './fault.ts';

type Call = (this: unknown, ...args: unknown[]) => unknown;

const order = JSON.parse(process.env[FAULT_VARIABLE] ?? '{}') as FaultOrder;
const isMine = (/worker|entry\.ts/.test(process.argv[1] ?? '') ? 'worker' : 'main') === order.role;
const writeHit = fs.writeFileSync;
const paths = new Map<number, string>();
let calls = 0;

function isInside(path: unknown): boolean {
  const text = typeof path === 'string' ? path : path instanceof URL ? path.pathname : Buffer.isBuffer(path) ? path.toString() : '';
  return text !== '' && `${resolve(text)}/`.startsWith(`${order.root}/`) && order.about?.every((name) => !text.includes(name)) !== true;
}

/** @returns true if the fault is to happen to this call */
function isMet(sort: CallSort, name: string): boolean {
  if (!isMine || !canMeet(order.kind, sort)) return false;
  const n = calls++;
  if (n < order.after || (n > order.after && !order.isLasting)) return false;
  if (n === order.after) writeHit(order.hitFile, name);
  if (order.kind === 'kill') process.kill(-(order.role === 'main' ? process.pid : process.ppid), 'SIGKILL');
  return true;
}

function failure(name: string, path: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${order.kind}: planted, ${name} '${path}'`), { code: order.kind, errno: -5, syscall: name, path });
}

/** The path a call is about: its first argument, or what the descriptor stands for. */
function pathOf(target: unknown): string {
  if (typeof target === 'number') return paths.get(target) ?? '';
  return target instanceof URL ? target.pathname : String(target);
}

const isShort = order.kind === 'short-read' || order.kind === 'short-write';

/** Reads and writes of one byte: what the system may do at any time, and nobody expects. */
function shortened(args: unknown[]): unknown[] {
  const [target, buffer, offset, length, ...rest] = args;
  return ArrayBuffer.isView(buffer) && typeof length === 'number' && length > 1 ? [target, buffer, offset, 1, ...rest] : args;
}

function wrapSync(name: string, sort: CallSort): void {
  const target = fs as unknown as Record<string, Call>;
  const original = target[name]!;
  target[name] = function (this: unknown, ...args) {
    const isForced = order.kind === 'ENOENT' && (args[1] as { readonly force?: boolean } | undefined)?.force === true;
    if (!isInside(pathOf(args[0])) || isForced || !isMet(sort, name)) return original.apply(this, args);
    if (isShort) return original.apply(this, shortened(args));
    throw failure(name, pathOf(args[0]));
  };
}

function wrapCallback(name: string, sort: CallSort): void {
  const target = fs as unknown as Record<string, Call>;
  const original = target[name]!;
  target[name] = function (this: unknown, ...args) {
    if (!isInside(pathOf(args[0])) || !isMet(sort, name)) return original.apply(this, args);
    if (isShort) return original.apply(this, shortened(args));
    const done = args.at(-1) as (error: Error) => void;
    return process.nextTick(() => done(failure(name, pathOf(args[0]))));
  };
}

function wrapPromise(name: string, sort: CallSort): void {
  const target = fs.promises as unknown as Record<string, Call>;
  const original = target[name]!;
  target[name] = async function (this: unknown, ...args) {
    // Of two paths the one inside counts: a rename into the folder is a change of it.
    const path = [args[0], args[1]].find((one) => isInside(one));
    // What is gone already is removed as it was to be.
    const isForced = order.kind === 'ENOENT' && (args[1] as { readonly force?: boolean } | undefined)?.force === true;
    if (path === undefined || isShort || isForced || !isMet(sort, name)) return await original.apply(this, args);
    throw failure(name, String(path));
  };
}

interface Handle {
  readonly fd: number;
}

function wrapHandle(prototype: Record<string, Call>, name: string, sort: CallSort): void {
  const original = prototype[name]!;
  prototype[name] = async function (this: unknown, ...args) {
    const path = paths.get((this as Handle).fd) ?? '';
    if (!isInside(path) || !isMet(sort, `handle.${name}`)) return await original.apply(this, args);
    if (!isShort) throw failure(`handle.${name}`, path);
    const [buffer, offset, length, ...rest] = args;
    if (!ArrayBuffer.isView(buffer)) return await original.apply(this, args);
    const from = typeof offset === 'number' ? offset : 0;
    return await original.call(this, buffer, from, Math.min(1, typeof length === 'number' ? length : buffer.byteLength - from), ...rest);
  };
}

/** Remembers what a descriptor stands for. */
function rememberPaths(): void {
  const { open } = fs.promises;
  const openSync = fs.openSync;
  const openCallback = fs.open as unknown as Call;
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
  const prototype = Object.getPrototypeOf(handle) as Record<string, Call>;
  await handle.close();
  rememberPaths();
  const sorts: readonly (readonly [CallSort, readonly string[], readonly string[]])[] = [
    ['open', ['openSync'], ['open']],
    ['list', ['readdirSync'], ['readdir', 'opendir']],
    ['look', ['statSync', 'lstatSync', 'fstatSync'], ['stat', 'lstat', 'access', 'readlink', 'realpath', 'statfs']],
    ['read', ['readSync', 'readFileSync'], ['readFile']],
    ['write', ['writeSync', 'writeFileSync', 'appendFileSync'], ['writeFile', 'appendFile', 'copyFile']],
    ['change', ['mkdirSync', 'renameSync', 'rmSync', 'unlinkSync', 'mkdtempSync', 'linkSync'], ['mkdir', 'mkdtemp', 'rename', 'rm', 'rmdir', 'unlink', 'link', 'symlink', 'utimes', 'chmod', 'truncate']],
    ['sync', ['fsyncSync'], []],
  ];
  for (const [sort, synchronous, promised] of sorts) {
    for (const name of synchronous) wrapSync(name, sort);
    for (const name of promised) wrapPromise(name, sort);
  }
  for (const [sort, name] of [['open', 'open'], ['read', 'read'], ['write', 'write'], ['look', 'fstat']] as const) wrapCallback(name, sort);
  for (const [sort, name] of [['read', 'read'], ['read', 'readFile'], ['write', 'write'], ['write', 'writev'], ['write', 'writeFile'], ['write', 'appendFile'], ['change', 'truncate'], ['change', 'utimes'], ['look', 'stat'], ['sync', 'sync'], ['sync', 'datasync']] as const) wrapHandle(prototype, name, sort);
  syncBuiltinESMExports();
}

if (order.kind !== undefined && isMine) await install();
