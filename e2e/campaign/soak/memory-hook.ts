/**
 * Loaded with `--import` into the server and its workers, and into their threads: on SIGUSR2 each collects all garbage and
 * writes down what it still holds. V8 collects when it likes, and without this a leak and idleness look the same.
 */
import { writeFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { BroadcastChannel, isMainThread } from 'node:worker_threads';
import { MEMORY_FILE_VARIABLE, heldFile, readyFile } from './memory.ts';

/** Threads have heaps of their own, which count as resident memory of the process. */
const THREADS_COLLECT_MS = 100;

const path = process.env[MEMORY_FILE_VARIABLE];

if (path !== undefined) {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const threads = new BroadcastChannel('larder-campaign-memory');
  if (isMainThread) {
    process.on('SIGUSR2', () => {
      threads.postMessage('collect');
      setTimeout(() => {
        collect();
        collect();
        const { heapUsed, external, rss } = process.memoryUsage();
        writeFileSync(heldFile(path, process.pid), JSON.stringify({ heapBytes: heapUsed + external, residentBytes: rss }));
      }, THREADS_COLLECT_MS);
    });
    // Without a listener the signal ends a process: nobody is asked before it has one.
    writeFileSync(readyFile(path, process.pid), '');
  } else {
    threads.onmessage = () => {
      collect();
      collect();
    };
  }
  // Whoever has nothing else to do may end.
  threads.unref();
}
