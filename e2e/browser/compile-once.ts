import { join } from 'node:path';
import { ROOT } from './ensure-built.ts';

/**
 * Lets every Node that is started from here on keep what it compiled for the next one: a third of what a start takes.
 * Benches do without it, since users do. Runs before the tests.
 */
export default function compileOnce(): void {
  process.env['NODE_COMPILE_CACHE'] ??= join(ROOT, 'node_modules/.cache/larder-compiled');
}
