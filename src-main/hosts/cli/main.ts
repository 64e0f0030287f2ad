#!/usr/bin/env node
import nodeModule from 'node:module';
import { fileURLToPath } from 'node:url';
import packageFile from '../../../package.json' with { type: 'json' };

// In the build every entry lies beside the others; in the sources the worker is in its own room.
const isSource = import.meta.url.endsWith('.ts');
const workerEntry = fileURLToPath(new URL(isSource ? '../../workers/entry.ts' : './worker.js', import.meta.url));
const readerEntry = fileURLToPath(new URL(isSource ? '../../catalog/reader-entry.ts' : './reader.js', import.meta.url));
const starterEntry = fileURLToPath(new URL(isSource ? '../../workers/starter-entry.ts' : './starter.js', import.meta.url));
const demoEntry = fileURLToPath(new URL(isSource ? '../../../e2e/demo/main.ts' : './demo.js', import.meta.url));

// Node keeps what it has compiled beside the code, so that the next start does not compile it again. Whoever could
// change it there could change the code itself; where nobody may write, it is done without. A new build begins anew.
if (!isSource) nodeModule.enableCompileCache?.(fileURLToPath(new URL('./compiled', import.meta.url)));
const { runCommandLine } = await import('./run.ts');

process.exitCode = await runCommandLine(process.argv.slice(2), { version: packageFile.version, workerEntry, readerEntry, starterEntry, demoEntry });
// Nothing may keep a finished command alive: a pooled connection, a timer of a library.
process.exit();
