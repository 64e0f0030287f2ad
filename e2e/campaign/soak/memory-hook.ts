/**
 * Loaded with `--import` into the server: on SIGUSR2 it collects all garbage and writes down what is still held. V8 collects
 * when it likes, and without this a leak and idleness look the same.
 */
import { writeFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { MEMORY_FILE_VARIABLE } from './memory.ts';

const path = process.env[MEMORY_FILE_VARIABLE];

if (path !== undefined && process.argv.includes('serve')) {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  process.on('SIGUSR2', () => {
    collect();
    collect();
    const { heapUsed, external, rss } = process.memoryUsage();
    writeFileSync(path, JSON.stringify({ heapBytes: heapUsed + external, residentBytes: rss }));
  });
}
