/**
 * Loaded with `--import` into the server and its workers: on SIGUSR2 each collects all garbage and writes down what it still
 * holds. V8 collects when it likes, and without this a leak and idleness look the same.
 */
import { writeFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { isMainThread } from 'node:worker_threads';
import { MEMORY_FILE_VARIABLE, heldFile, readyFile } from './memory.ts';

const path = process.env[MEMORY_FILE_VARIABLE];

if (path !== undefined && isMainThread) {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  process.on('SIGUSR2', () => {
    collect();
    collect();
    const { heapUsed, external, rss } = process.memoryUsage();
    writeFileSync(heldFile(path, process.pid), JSON.stringify({ heapBytes: heapUsed + external, residentBytes: rss }));
  });
  // Without a listener the signal ends a process: nobody is asked before it has one.
  writeFileSync(readyFile(path, process.pid), '');
}
