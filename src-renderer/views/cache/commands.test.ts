import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { commandFor, quarantineCommand } from './commands.ts';

const CACHE = { configPath: null, directory: "/data/it's here" };
const keys = (count: number): readonly string[] => Array.from({ length: count }, (_, i) => i.toString(16).padStart(32, '0'));

/** What a shell makes of a line: the words, and what comes on stdin. */
function read(line: string): { readonly words: readonly string[]; readonly stdin: readonly string[] } {
  const [words, stdin] = execFileSync('/bin/sh', { encoding: 'utf8', input: `larder() { for word in "$@"; do printf '%s\\n' "$word"; done; printf '\\0'; case "$*" in *'-from -'*) cat;; esac; }\n${line}` }).split('\0');
  return { words: words!.trimEnd().split('\n'), stdin: stdin!.trimEnd().split('\n') };
}

if (process.platform === 'win32') console.log('Commands are not read by a shell here: Windows has no POSIX shell.');

describe.skipIf(process.platform === 'win32')('commands that name entries', () => {
  it('name each, in one line', () => {
    expect(read(commandFor('verify', CACHE, { only: keys(3), flags: ' --quick' })).words).toEqual(['verify', '--cache', CACHE.directory, '--only', ...keys(3), '--quick']);
    expect(read(quarantineCommand('purge', CACHE, { ids: keys(5) }, '--yes')).words).toEqual(['quarantine', 'purge', ...keys(5), '--cache', CACHE.directory, '--yes']);
  });

  it('name all of the quarantine by a word', () => {
    expect(read(quarantineCommand('restore', CACHE, { all: true }, '--replace')).words).toEqual(['quarantine', 'restore', '--all', '--cache', CACHE.directory, '--replace']);
  });

  it('hand over on stdin what a line does not hold', () => {
    expect(read(commandFor('clear', CACHE, { only: keys(10_000), flags: ' --yes' }))).toEqual({ words: ['clear', '--cache', CACHE.directory, '--yes', '--only-from', '-'], stdin: keys(10_000) });
    expect(read(quarantineCommand('restore', CACHE, { ids: keys(401) }, '--replace'))).toEqual({ words: ['quarantine', 'restore', '--cache', CACHE.directory, '--replace', '--ids-from', '-'], stdin: keys(401) });
  });
});
