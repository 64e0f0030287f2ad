#!/usr/bin/env node
// `npm start`: the desktop where Electron's binary is or can be had, otherwise the same app in the
// browser, with one sentence that says why.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { builtFromMs } from './build-stamp.mjs';
import { findElectron, installElectron } from './electron-binary.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const electronPackage = join(root, 'node_modules/electron');
/** An app that ends badly before it has said that it is ready, within this time, is given up. */
const READY_WITHIN_MS = 15_000;
const READY_LINE = 'larder: ready';
const EXIT_USAGE = 2;

const words = process.argv.slice(2);
const environment = { ...process.env };
// Set by editors that are Electron apps themselves; it would turn the app into a plain Node.
delete environment.ELECTRON_RUN_AS_NODE;

function hasScreen() {
  return process.platform !== 'linux' || Boolean(environment.DISPLAY) || Boolean(environment.WAYLAND_DISPLAY);
}

function mayDownload() {
  return !environment.CI && !environment.LARDER_NO_DOWNLOAD && !environment.ELECTRON_OVERRIDE_DIST_PATH;
}

/** Runs a child with our terminal; Ctrl-C reaches it by itself, this process only waits. */
function run(command, args, onLine) {
  const child = spawn(command, args, { cwd: root, env: environment, stdio: ['inherit', onLine === undefined ? 'inherit' : 'pipe', 'inherit'] });
  child.stdout?.on('data', (chunk) => {
    process.stdout.write(chunk);
    onLine?.(chunk.toString('utf8'));
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  return new Promise((resolve) => {
    child.once('error', () => resolve(1));
    child.once('close', (code) => resolve(code ?? 1));
  });
}

/** @returns why the desktop did not come up; undefined once it has been there, its exit code is ours then */
async function runDesktop(binary) {
  let isReady = false;
  const startedAt = Date.now();
  const code = await run(binary, ['.', ...words], (text) => (isReady ||= text.includes(READY_LINE)));
  if (code !== 0 && !isReady && Date.now() - startedAt < READY_WITHIN_MS) return `the desktop app ended at once (code ${code})`;
  process.exitCode = code;
  return undefined;
}

async function reasonForBrowser() {
  if (words.includes('--browser')) return 'it was asked for';
  if (!hasScreen()) return 'there is no screen';
  let binary = findElectron(electronPackage, environment);
  if (binary === undefined) {
    if (!mayDownload()) return "Electron's binary is not here";
    process.stderr.write('Larder: fetching Electron, once …\n');
    const trouble = await installElectron(electronPackage, environment);
    if (trouble !== undefined) return `Electron's binary is not here and ${trouble}`;
    binary = findElectron(electronPackage, environment);
    if (binary === undefined) return "Electron's download is not complete";
  }
  return await runDesktop(binary);
}

if (builtFromMs(root) !== undefined) {
  const reason = await reasonForBrowser();
  if (reason !== undefined) {
    process.stderr.write(`Larder opens in the browser instead of a window of its own: ${reason}. Open this link:\n`);
    process.exitCode = await run(process.execPath, [join(root, 'bin/larder.mjs'), 'serve', ...(hasScreen() ? ['--open'] : []), ...words.filter((word) => word !== '--browser')]);
  }
} else {
  process.stderr.write('Larder is not built yet. Run `npm run build` first.\n');
  process.exitCode = EXIT_USAGE;
}
