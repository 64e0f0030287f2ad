// Loaded into the process that is measured: how late its event loop was at most, since the last SIGUSR2. Written when it ends.
import { readFileSync, writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { isMainThread } from 'node:worker_threads';

const ASK_EVERY_MS = 4;
const file = process.env['LARDER_BENCH_LOOP_FILE'];

/** Milliseconds the main thread has been ready to run while others had the cores (proc(5), schedstat); undefined where the system does not tell. */
function waitedMs() {
  try {
    return Number(readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8').split(' ')[1]) / 1e6;
  } catch {
    return undefined;
  }
}

if (file !== undefined && isMainThread) {
  const delays = monitorEventLoopDelay({ resolution: 2 });
  delays.enable();
  // What of a pause was not waiting for a core: work, and waiting for the disk.
  let ownMaxMs = waitedMs() === undefined ? undefined : 0;
  let last = { at: performance.now(), waited: waitedMs() };
  const ask = () => {
    const now = { at: performance.now(), waited: waitedMs() };
    if (ownMaxMs !== undefined) ownMaxMs = Math.max(ownMaxMs, now.at - last.at - ASK_EVERY_MS - (now.waited - last.waited));
    last = now;
  };
  setInterval(ask, ASK_EVERY_MS).unref();
  process.on('SIGUSR2', () => {
    delays.reset();
    if (ownMaxMs !== undefined) ownMaxMs = 0;
    last = { at: performance.now(), waited: waitedMs() };
  });
  process.on('exit', () => writeFileSync(`${file}.${process.pid}`, JSON.stringify({ maxMs: delays.max / 1e6, p99Ms: delays.percentile(99) / 1e6, ownMaxMs })));
}
