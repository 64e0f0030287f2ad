// Is Electron's binary here, and can it be had? Plain JavaScript without a build: it runs before
// anything else of Larder. Asking the package itself (`require('electron')`) would download it,
// without a limit and without a word.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Of a download, ms; the package itself has no limit. */
const INSTALL_LIMIT_MS = 180_000;

function textOf(path) {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return undefined;
  }
}

/**
 * Path of the executable, if it is complete and of the version the package names.
 *
 * @param {string} packageDirectory `node_modules/electron`
 * @param {Readonly<Record<string, string | undefined>>} environment
 * @returns {string | undefined}
 */
export function findElectron(packageDirectory, environment) {
  const name = textOf(join(packageDirectory, 'path.txt'));
  const own = environment.ELECTRON_OVERRIDE_DIST_PATH;
  if (own !== undefined && own !== '') {
    const path = join(own, name ?? 'electron');
    return existsSync(path) ? path : undefined;
  }
  const wanted = JSON.parse(textOf(join(packageDirectory, 'package.json')) ?? '{}').version;
  const found = textOf(join(packageDirectory, 'dist/version'))?.replace(/^v/, '');
  if (name === undefined || name === '' || wanted === undefined || found !== wanted) return undefined;
  const path = join(packageDirectory, 'dist', name);
  return existsSync(path) ? path : undefined;
}

/**
 * Downloads it with the package's own script.
 *
 * @param {string} packageDirectory
 * @param {Readonly<Record<string, string | undefined>>} environment
 * @param {number} [limitMs]
 * @returns {Promise<string | undefined>} why it did not work; undefined if it did
 */
export function installElectron(packageDirectory, environment, limitMs = INSTALL_LIMIT_MS) {
  const script = join(packageDirectory, 'install.js');
  if (!existsSync(script)) return Promise.resolve('its package is not installed');
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [script], { env: environment, stdio: 'ignore' });
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      resolve(`its download took longer than ${Math.round(limitMs / 1000)} s`);
    }, limitMs);
    child.once('error', (error) => {
      clearTimeout(timer);
      resolve(error.message);
    });
    child.once('exit', (code) => {
      clearTimeout(timer);
      resolve(code === 0 ? undefined : 'its download failed');
    });
  });
}
