#!/usr/bin/env node
// Starts the command line with a Node that can run it. Plain JavaScript that old versions parse,
// so that a wrong version is told in words and not by a crash of a native module.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
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
  // Ctrl-C reaches the child by itself; this process only waits for it.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => undefined);
  const result = spawnSync(own, [built, ...process.argv.slice(2)], { stdio: 'inherit' });
  process.exit(result.status ?? 1);
} else {
  process.stderr.write(`larder: it needs Node ${NEEDED} or newer and was started with ${process.versions.node}. Install the current LTS from nodejs.org, or run \`npm ci\` in its folder, which brings its own.\n`);
  process.exit(2);
}
