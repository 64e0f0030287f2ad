/**
 * Loaded with `--import` into every process of a command: its clock is ahead or behind by so many milliseconds, and its
 * file system does not tell letter case and forms of a letter apart where that is asked for. Times of files stay those of
 * the machine, so that to the command they lie in the future or in the past.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { CLOCK_VARIABLE, FOLD_VARIABLE } from './hook-variables.ts';

const shiftMs = Number(process.env[CLOCK_VARIABLE] ?? 0);

if (shiftMs !== 0) {
  const RealDate = Date;
  const now = (): number => RealDate.now() + shiftMs;
  globalThis.Date = new Proxy(RealDate, {
    construct: (target, parts: unknown[], self) => Reflect.construct(target, parts.length === 0 ? [now()] : parts, self) as Date,
    apply: () => new RealDate(now()).toString(),
    get: (target, name) => (name === 'now' ? now : (Reflect.get(target, name) as unknown)),
  });
}

const foldRoot = process.env[FOLD_VARIABLE];
const readNames = fs.readdirSync;
const fold = (name: string): string => name.normalize('NFC').toLowerCase();

/** The name a file really has, as a folding file system finds it. */
function found(path: unknown): unknown {
  if (foldRoot === undefined || typeof path !== 'string' || !path.startsWith(`${foldRoot}/`)) return path;
  try {
    const names = readNames(dirname(path));
    const name = basename(path);
    return names.includes(name) ? path : join(dirname(path), names.find((one) => fold(one) === fold(name)) ?? name);
  } catch {
    return path;
  }
}

type Call = (this: unknown, path: unknown, ...rest: unknown[]) => unknown;

function wrap(target: Record<string, Call>, name: string): void {
  const original = target[name]!;
  target[name] = function (this: unknown, path, ...rest) {
    return original.call(this, found(path), ...rest);
  };
}

if (foldRoot !== undefined) {
  const promised = fs.promises as unknown as Record<string, Call>;
  const plain = fs as unknown as Record<string, Call>;
  for (const name of ['lstat', 'stat', 'open', 'readFile', 'unlink', 'rm', 'realpath']) wrap(promised, name);
  for (const name of ['lstatSync', 'statSync', 'openSync', 'readFileSync', 'createReadStream', 'open', 'stat', 'lstat']) wrap(plain, name);
  syncBuiltinESMExports();
}
