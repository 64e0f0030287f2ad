import { cpus, loadavg, release, totalmem, type } from 'node:os';
import betterSqlite from 'better-sqlite3/package.json' with { type: 'json' };
import packageFile from '../../package.json' with { type: 'json' };
import { availableCores } from '../../src-main/workers/index.ts';
import type { PythonVersions } from './python-side.ts';
import type { Facts } from './report.ts';

/** Long enough for an average, and short beside any bench. */
const LOOK_MS = 2_000;

/** Cores that other work takes just now, as a mean over two seconds; asked before a bench begins, which is quiet itself meanwhile. */
export async function coresTakenByOthers(): Promise<number> {
  const look = (): { readonly busy: number; readonly all: number } => {
    const times = cpus().map(({ times: { idle, ...others } }) => ({ idle, busy: Object.values(others).reduce((sum, ms) => sum + ms, 0) }));
    const busy = times.reduce((sum, each) => sum + each.busy, 0);
    return { busy, all: busy + times.reduce((sum, { idle }) => sum + idle, 0) };
  };
  const before = look();
  await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  const after = look();
  return ((after.busy - before.busy) / (after.all - before.all)) * cpus().length;
}

/** What a reader needs to know to judge the seconds; nothing that names this machine. */
export function machineFacts(versions: PythonVersions | undefined): Facts {
  return [
    ['CPU', `${cpus()[0]?.model.trim() ?? 'unknown'}, ${availableCores()} cores available`],
    ['Memory', `${(totalmem() / 1e9).toFixed(0)} GB`],
    ['System', `${type()} ${release().split('.').slice(0, 2).join('.')}`],
    ['Load when the run began', loadavg()[0]!.toFixed(1)],
    ['Larder', `${packageFile.version}, Node ${process.versions.node}, better-sqlite3 ${betterSqlite.version}`],
    ...(versions === undefined ? [] : ([['Python', `${versions.python}, PyTorch ${versions.torch}, MONAI ${versions.monai}, nibabel ${versions.nibabel}, NumPy ${versions.numpy}`]] as const)),
  ];
}
