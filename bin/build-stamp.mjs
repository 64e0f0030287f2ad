// A build is whole once its stamp is there: it goes first when a build begins, and comes last. What
// an interrupted or failed build has left in out/ is never taken for Larder.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

function stampPath(root) {
  return join(root, 'out', 'built.json');
}

/** When the build began that is in out/, ms since 1970; undefined where there is no whole one. */
export function builtFromMs(root) {
  try {
    const { fromMs } = JSON.parse(readFileSync(stampPath(root), 'utf8'));
    return typeof fromMs === 'number' ? fromMs : undefined;
  } catch {
    return undefined;
  }
}

/** Plugins for the first and the last part of a build. */
export function stampPlugins(root) {
  let fromMs = 0;
  return {
    first: {
      name: 'larder-stamp-first',
      buildStart() {
        fromMs = Date.now();
        rmSync(stampPath(root), { force: true });
      },
    },
    last: {
      name: 'larder-stamp-last',
      // Only after everything was written without an error.
      writeBundle() {
        writeFileSync(stampPath(root), `${JSON.stringify({ fromMs })}\n`);
      },
    },
  };
}
