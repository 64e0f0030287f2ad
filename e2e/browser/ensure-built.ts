import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

export const ROOT = join(import.meta.dirname, '../..');
export const OUT = join(ROOT, 'out');
export const CLI = join(OUT, 'main/cli.js');

const SOURCES = ['src-main', 'src-preload', 'src-renderer', 'resources', 'e2e/demo', 'e2e/sample', 'e2e/hub'] as const;
const BUILT = [CLI, join(OUT, 'main/index.js'), join(OUT, 'main/worker.js'), join(OUT, 'preload/index.cjs'), join(OUT, 'renderer/index.html')] as const;
const BUILD_LIMIT_MS = 120_000;

async function newestSourceMs(): Promise<number> {
  let newest = 0;
  for (const folder of SOURCES) {
    for (const entry of await readdir(join(ROOT, folder), { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || entry.name.includes('.test.') || entry.parentPath.includes('__fixtures__')) continue;
      newest = Math.max(newest, (await stat(join(entry.parentPath, entry.name))).mtimeMs);
    }
  }
  return newest;
}

async function isFresh(): Promise<boolean> {
  if (!BUILT.every((path) => existsSync(path))) return false;
  const oldest = Math.min(...(await Promise.all(BUILT.map(async (path) => (await stat(path)).mtimeMs))));
  return oldest >= (await newestSourceMs());
}

/** Builds unless everything built is newer than everything it is built from. Runs before the tests. */
export default async function ensureBuilt(): Promise<void> {
  if (await isFresh()) return;
  console.log('Building first …');
  await promisify(execFile)(process.execPath, [join(ROOT, 'node_modules/electron-vite/bin/electron-vite.js'), 'build'], { cwd: ROOT, timeout: BUILD_LIMIT_MS });
}
