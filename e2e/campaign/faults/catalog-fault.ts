import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { errorCodeOf, faultOf } from '../answers.ts';
import type { Part } from '../full/part.ts';
import { CATALOG, copyCatalog, readCatalog } from '../upgrade/old-catalog.ts';
import { answerViolations } from './run-fault.ts';
import type { Scenario, Stage } from './stage.ts';

/** What a disk answers SQLite, by the calls of it that can be answered so. */
const CALLS = {
  EIO: 'pread64,pwrite64,fsync,fdatasync,ftruncate',
  EACCES: 'openat',
  EMFILE: 'openat',
  EROFS: 'openat,pwrite64,ftruncate',
} as const;
export type CatalogErrno = keyof typeof CALLS;
export const CATALOG_ERRNOS = Object.keys(CALLS) as CatalogErrno[];
const FILES = ['', '-wal', '-shm', '-journal'] as const;
const GIVEN_UP_MS = 90_000;
const PORTION = 20;

export interface CatalogFault {
  readonly errno: CatalogErrno;
  /** Calls before it, from 0. */
  readonly after: number;
  readonly isLasting: boolean;
}

export interface CatalogRun {
  /** The call that was answered so; undefined if the command ended before. */
  readonly hit: string | undefined;
  readonly code: number | null;
  readonly violations: readonly string[];
}

let problem: { readonly why: string | undefined } | undefined;

/** Why SQLite's own calls cannot be answered with an error here; undefined where they can. */
export function straceProblem(): string | undefined {
  problem ??= { why: tryStrace() };
  return problem.why;
}

function tryStrace(): string | undefined {
  const program = 'try { require("node:fs").readFileSync(process.execPath) } catch (error) { process.exit(error.code === "EACCES" ? 7 : 8) }';
  const { status, error, stderr } = spawnSync('strace', ['-qq', '-o', '/dev/null', '-P', process.execPath, '-e', 'trace=openat', '-e', 'inject=openat:error=EACCES', process.execPath, '-e', program], { encoding: 'utf8' });
  return status === 7 ? undefined : `strace, which answers calls of SQLite, cannot be used: ${(error?.message ?? stderr).trim().split('\n')[0] ?? ''}`;
}

/** What is wrong with what there is of a catalog after the next run. @param names what lies in its folder */
export function catalogViolations(integrity: string, names: readonly string[]): string[] {
  const damaged = integrity === 'ok' ? [] : [`the catalog is damaged: ${integrity}`];
  return [...damaged, ...names.filter((name) => name.includes('damaged')).map((name) => `a sound catalog was set aside as ${name}`)];
}

/** Runs the command with the disk of its catalog failing, then once more with a sound one, and looks at both ends. */
export async function runCatalogFault(stage: Stage, { errno, after, isLasting }: CatalogFault): Promise<CatalogRun> {
  const trace = join(stage.root, 'trace');
  rmSync(trace, { force: true });
  stage.reset();
  const before = stage.look();
  const data = join(stage.root, 'data');
  const through = ['strace', '-qq', '-o', trace, ...FILES.flatMap((ending) => ['-P', join(data, CATALOG + ending)]), '-e', `trace=${CALLS[errno]}`, '-e', `inject=${CALLS[errno]}:error=${errno}:when=${after + 1}${isLasting ? '+' : ''}`];
  const running = stage.start({}, [], through);
  const timer = setTimeout(() => running.killTree(), GIVEN_UP_MS);
  const result = await running.ended;
  clearTimeout(timer);
  const hit = existsSync(trace) ? readFileSync(trace, 'utf8').split('\n').find((line) => line.includes('(INJECTED)')) : undefined;
  const cut = stage.look();
  const violations = [...answerViolations(result, false), ...stage.atAnyMoment(before, cut)];
  if (hit !== undefined) {
    const again = await stage.again();
    const fault = faultOf(again);
    if (fault !== undefined) violations.push(`the next run: ${fault}`);
    violations.push(...stage.inTheEnd(before, cut, stage.look()).map((violation) => `after the next run (exit ${again.code} ${errorCodeOf(again) ?? ''}): ${violation}`));
    violations.push(...catalogViolations(integrityOf(data), readdirSync(data)));
  }
  const what = `${stage.scenario.name}: the catalog meets ${errno}${isLasting ? ' lasting' : ''} at call ${after} (${hit?.slice(0, 120) ?? 'not met'})`;
  return { hit, code: result.code, violations: violations.map((violation) => `${what}: ${violation}`) };
}

/** Of a copy: reading changes the files. */
function integrityOf(data: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'larder-catalog-'));
  try {
    copyCatalog(data, folder);
    return readCatalog(folder).integrity;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** One call of SQLite after the other is answered with an error, until a run ends without meeting one. */
export function catalogPart(scenario: Scenario, errno: CatalogErrno, isLasting: boolean): Part {
  return {
    name: `${scenario.name}: catalog ${errno}${isLasting ? ' lasting' : ''}`,
    unit: 'faults of the catalog at calls of SQLite',
    asked: undefined,
    portion: PORTION,
    problem: () => scenario.problem?.() ?? straceProblem(),
    async run({ from, count }) {
      const stage = await scenario.open();
      const violations: string[] = [];
      try {
        for (let n = 0; n < count; n++) {
          const run = await runCatalogFault(stage, { errno, after: from + n, isLasting });
          violations.push(...run.violations);
          if (run.hit === undefined) return { done: n, isEnd: true, violations };
        }
        return { done: count, violations };
      } finally {
        await stage.close();
      }
    },
  };
}
