// Loaded into the process that is measured: how late its event loop was at most, since the last SIGUSR2. Written when it ends.
import { readFileSync, writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { isMainThread } from 'node:worker_threads';

const ASK_EVERY_MS = 4;
const file = process.env['LARDER_BENCH_LOOP_FILE'];

/**
 * Milliseconds the main thread has run, and has been ready to run while others had the cores (proc(5), schedstat); undefined where
 * the system does not tell.
 */
function timesMs() {
  try {
    const [ran, waited] = readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8').split(' ');
    return { ran: Number(ran) / 1e6, waited: Number(waited) / 1e6 };
  } catch {
    return undefined;
  }
}

if (file !== undefined && isMainThread) {
  const delays = monitorEventLoopDelay({ resolution: 2 });
  delays.enable();
  // Of a pause: without waiting for a core, which is work, waiting for the disk and for other threads; and the work by itself.
  let ownMaxMs = 0;
  let workMaxMs = 0;
  const look = () => ({ at: performance.now(), ...timesMs() });
  let last = look();
  const ask = () => {
    const now = look();
    ownMaxMs = Math.max(ownMaxMs, now.at - last.at - ASK_EVERY_MS - (now.waited - last.waited));
    workMaxMs = Math.max(workMaxMs, now.ran - last.ran);
    last = now;
  };
  const isTold = timesMs() !== undefined;
  if (isTold) setInterval(ask, ASK_EVERY_MS).unref();
  process.on('SIGUSR2', () => {
    delays.reset();
    ownMaxMs = 0;
    workMaxMs = 0;
    last = look();
  });
  process.on('exit', () => writeFileSync(`${file}.${process.pid}`, JSON.stringify({ maxMs: delays.max / 1e6, p99Ms: delays.percentile(99) / 1e6, ...(isTold ? { ownMaxMs, workMaxMs } : {}) })));
}
