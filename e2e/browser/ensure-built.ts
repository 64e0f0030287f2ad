import { execFile } from 'node:child_process';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { builtFromMs } from '../../bin/build-stamp.mjs';

export const ROOT = join(import.meta.dirname, '../..');
export const OUT = join(ROOT, 'out');
export const CLI = join(OUT, 'main/cli.js');

const SOURCES = ['src-main', 'src-preload', 'src-renderer', 'resources', 'e2e/demo', 'e2e/sample', 'e2e/hub'] as const;
/** How it is built, and with what. */
const RECIPE = ['electron.vite.config.ts', 'package.json', 'package-lock.json', 'bin/build-stamp.mjs'] as const;
const BUILD_LIMIT_MS = 120_000;

async function newestSourceMs(): Promise<number> {
  let newest = 0;
  for (const file of RECIPE) newest = Math.max(newest, (await stat(join(ROOT, file))).mtimeMs);
  for (const folder of SOURCES) {
    for (const entry of await readdir(join(ROOT, folder), { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || entry.name.includes('.test.') || entry.parentPath.includes('__fixtures__')) continue;
      newest = Math.max(newest, (await stat(join(entry.parentPath, entry.name))).mtimeMs);
    }
  }
  return newest;
}

async function isFresh(): Promise<boolean> {
  const fromMs = builtFromMs(ROOT);
  return fromMs !== undefined && fromMs >= (await newestSourceMs());
}

/** Builds unless there is a whole build that began after the last change. Runs before the tests. */
export default async function ensureBuilt(): Promise<void> {
  if (await isFresh()) return;
  console.log('Building first …');
  await promisify(execFile)(process.execPath, [join(ROOT, 'node_modules/electron-vite/bin/electron-vite.js'), 'build'], { cwd: ROOT, timeout: BUILD_LIMIT_MS });
}
