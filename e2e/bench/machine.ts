import { cpus, loadavg, release, totalmem, type } from 'node:os';
import betterSqlite from 'better-sqlite3/package.json' with { type: 'json' };
import packageFile from '../../package.json' with { type: 'json' };
import { availableCores } from '../../src-main/workers/index.ts';
import type { PythonVersions } from './python-side.ts';
import type { Facts } from './report.ts';

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
