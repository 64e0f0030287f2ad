import { createHash } from 'node:crypto';
import { expect } from 'vitest';
import type { Finding } from '../../src-main/contract/findings.ts';
import type { Result } from './setting.ts';

/** One line of `--json`. */
export type Line = Readonly<Record<string, unknown>> & { readonly type: string };

export function linesOf(result: Result): Line[] {
  return result.stdout.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as Line);
}

/** The only line of this type. */
export function lineOf(result: Result, type: string): Line {
  const lines = linesOf(result).filter((line) => line.type === type);
  if (lines.length !== 1) throw new Error(`${lines.length} lines of type ${type} in:\n${result.stdout}${result.stderr}`);
  return lines[0]!;
}

export function findingsOf(result: Result): Finding[] {
  return linesOf(result).filter((line) => line.type === 'findingFound').map((line) => line['finding'] as Finding);
}

/** Frames of a stack, as V8 prints them. */
const STACK = /^\s+at .+[:(]/m;

/**
 * Trouble told as it must be: this exit code and error code, a sentence that names `about`, a hint
 * what to do, no stack, no word about a bug.
 */
export function expectTold(result: Result, expected: { readonly exit: number; readonly code: string; readonly about: string | RegExp }): void {
  const said = result.stderr;
  expect(result.code, said).toBe(expected.exit);
  expect(said).toContain(`[${expected.code}]`);
  expect(said).toMatch(expected.about);
  expect(said, 'there is no hint below the error').toMatch(/\[[A-Z_]+\]\n {6}\S/);
  expectNoStack(result);
}

export function expectNoStack(result: Result): void {
  const said = result.stdout + result.stderr;
  expect(said).not.toMatch(STACK);
  expect(said).not.toContain('[INTERNAL]');
  expect(said).not.toContain('"error":{"code":"INTERNAL"');
}

/** File of the entry of a volume: md5 of the name as the list has it. */
export function entryFileOf(volumeName: string): string {
  return `${createHash('md5').update(volumeName).digest('hex')}.pt`;
}
