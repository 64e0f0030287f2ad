/**
 * Runs a built main process under the stand-in: `node run.ts out/main/index.js [words]`.
 *
 * As in Electron, `ready` comes once the entry module has been evaluated: one that waits for it at
 * its top level waits forever.
 */
import { registerHooks } from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { standinApp } from './main.ts';

const MODULES: Readonly<Record<string, string>> = { 'electron/main': './main.ts', 'electron/common': './common.ts' };

registerHooks({
  resolve(specifier, context, next) {
    if (!/^electron(?:\/|$)/.test(specifier)) return next(specifier, context);
    const file = MODULES[specifier];
    if (file === undefined) throw new Error(`${specifier} is not in stand-in`);
    return { url: new URL(file, import.meta.url).href, shortCircuit: true };
  },
});

const [, , entry, ...words] = process.argv;
// As `electron .` has them.
process.argv = [process.execPath, '.', ...words];
Object.defineProperty(process, 'defaultApp', { value: true });
await import(pathToFileURL(resolve(entry!)).href);
standinApp.entryEvaluated();
