import type { Result } from '../invariants/setting.ts';
import { linesOf } from '../invariants/answers.ts';
import type { Line } from '../invariants/answers.ts';

/** Frames of a stack, as V8 prints them. */
const STACK = /^\s+at .+[:(]/m;
const BUG = /\[INTERNAL\]|"error":\{"code":"INTERNAL"/;

/** A stack or a word about a bug: trouble from outside is never that. */
export function faultOf({ code, signal, stdout, stderr }: Result): string | undefined {
  const said = stdout + stderr;
  if (STACK.test(said) || BUG.test(said)) return `a fault of Larder itself: ${said.slice(-600)}`;
  return code === null && signal !== 'SIGKILL' ? `it ended by ${signal}: ${said.slice(-300)}` : undefined;
}

/** The last line of that type, if it came to it. */
export function lastLine(result: Result, type: string): Line | undefined {
  return linesOf(result).findLast((line) => line.type === type);
}

/** Code of the error the command ended with, in lines of JSON or in words; undefined where there was none. */
export function errorCodeOf({ stdout, stderr }: Result): string | undefined {
  return /"type":"error","error":\{"code":"([A-Z_]+)"/.exec(stdout)?.[1] ?? /\[([A-Z_]+)\]/.exec(stderr)?.[1];
}
