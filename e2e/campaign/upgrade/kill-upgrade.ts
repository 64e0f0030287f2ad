import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openCatalog } from '../../../src-main/catalog/index.ts';
import { endViolations, momentViolations } from './check.ts';
import { CATALOG, copyCatalog, readCatalog } from './old-catalog.ts';

const CHILD = join(import.meta.dirname, 'upgrade-child.ts');
const FILES = ['', '-wal', '-shm', '-journal', '.reserve'] as const;

let problem: { readonly why: string | undefined } | undefined;

/** Why no process can be killed at a call of SQLite's own here; undefined where it can. */
export function upgradeProblem(): string | undefined {
  problem ??= { why: tryStrace() };
  return problem.why;
}

/** A program that would end with 0 is killed at its first write. */
function tryStrace(): string | undefined {
  const { signal, error, stderr } = spawnSync('strace', ['-f', '-qq', '-o', '/dev/null', '-e', 'trace=write', '-e', 'inject=write:signal=SIGKILL:when=1', process.execPath, '-e', 'require("node:fs").writeSync(1, "x")'], { encoding: 'utf8' });
  if (signal === 'SIGKILL') return undefined;
  return `strace, which strikes at a call of SQLite, cannot be used: ${(error?.message ?? stderr).trim().split('\n')[0] ?? ''}`;
}

/** At the n-th call to the system about one of its files, from 1; or after so many milliseconds. */
export type Strike = { readonly atCall: number } | { readonly afterMs: number };

export interface UpgradeOutcome {
  readonly wasKilled: boolean;
  readonly violations: readonly string[];
}

/** Opens a copy of an old catalog in a process of its own, kills that, looks, and opens it once more. */
export async function killUpgrade(old: string, strike: Strike): Promise<UpgradeOutcome> {
  const root = mkdtempSync(join(tmpdir(), 'larder-upgrade-'));
  const [place, looked, before] = ['place', 'looked', 'before'].map((name) => join(root, name)) as [string, string, string];
  try {
    for (const copy of [place, before]) copyCatalog(old, copy);
    const wanted = readCatalog(before);
    const wasKilled = await open(join(place, CATALOG), strike);
    copyCatalog(place, looked);
    const violations = momentViolations(wanted, readCatalog(looked));
    const catalog = openCatalog({ path: join(place, CATALOG) });
    if (catalog.setAside !== null) violations.push('it was taken for damaged and set aside');
    catalog.close();
    violations.push(...endViolations(wanted, readCatalog(place), readdirSync(place)));
    return { wasKilled, violations };
  } finally {
    rmSync(root, { recursive: true });
  }
}

/** @returns true if the process was killed */
async function open(path: string, strike: Strike): Promise<boolean> {
  const words = [process.execPath, CHILD, path];
  const traced = 'atCall' in strike ? ['strace', '-f', '-qq', '-o', '/dev/null', ...FILES.flatMap((ending) => ['-P', path + ending]), '-e', 'trace=file,desc', '-e', `inject=file,desc:signal=SIGKILL:when=${strike.atCall}`, ...words] : words;
  const [program, ...rest] = traced as [string, ...string[]];
  const child = spawn(program, rest, { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
  if ('afterMs' in strike) {
    await Promise.race([sleep(strike.afterMs), ended]);
    child.kill('SIGKILL');
  }
  const { code, signal } = await ended;
  // strace ends as the traced process did.
  if (signal === 'SIGKILL' || code === 137) return true;
  if (code !== 0) throw new Error(`opening the catalog ended with ${code ?? signal}: ${said.slice(-400)}`);
  return false;
}
