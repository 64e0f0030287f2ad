/**
 * Loaded with `--import` into every process of a command: writes down each entry that a worker begins to write. What was made
 * and had not got its name when the command was killed is seen by nothing else.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { MADE_VARIABLE, isDraftOfEntry } from './made.ts';

type Open = (this: unknown, path: unknown, flags?: unknown, ...rest: unknown[]) => unknown;

const madeFile = process.env[MADE_VARIABLE];
const append = fs.appendFileSync;

function wrap(target: object): (name: string) => void {
  const functions = target as Record<string, Open>;
  return (name) => {
    const original = functions[name]!;
    functions[name] = function (this: unknown, path, flags, ...rest) {
      // Drafts are made new; one that is there already is not made by this call.
      if (typeof flags === 'string' && /[wx]/.test(flags) && isDraftOfEntry(String(path))) append(madeFile!, `${String(path)}\n`);
      return original.call(this, path, flags, ...rest);
    };
  };
}

if (madeFile !== undefined) {
  wrap(fs)('openSync');
  wrap(fs.promises)('open');
  syncBuiltinESMExports();
}
