#!/usr/bin/env node
// Starts the command line with a Node that can run it. Plain JavaScript that old versions parse,
// so that a wrong version is told in words and not by a crash of a native module.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { builtFromMs } from './build-stamp.mjs';

const NEEDED = 24;
const root = fileURLToPath(new URL('..', import.meta.url));
const built = `${root}out/main/cli.js`;
const own = `${root}node_modules/node/bin/node`;

if (builtFromMs(root) === undefined) {
  process.stderr.write('larder: it is not built yet. Run `npm run build` in its folder first.\n');
  process.exit(2);
}
if (Number(process.versions.node.split('.')[0]) >= NEEDED) {
  await import(pathToFileURL(built).href);
} else if (existsSync(own)) {
  const child = spawn(own, [built, ...process.argv.slice(2)], { stdio: 'inherit' });
  // What is sent to this process alone is meant for the command. Ctrl-C reaches both, and counts once there.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.once('error', (error) => {
    process.stderr.write(`larder: ${own} could not be started: ${error.message}.\n`);
    process.exit(1);
  });
  child.once('close', (code, signal) => process.exit(code ?? (signal === null ? 1 : 128 + constants.signals[signal])));
} else {
  process.stderr.write(`larder: it needs Node ${NEEDED} or newer and was started with ${process.versions.node}. Install the current LTS from nodejs.org, or run \`npm ci\` in its folder, which brings its own.\n`);
  process.exit(2);
}
