// Loaded into the process that is measured: how late its event loop was at most, since the last SIGUSR2. Written when it ends.
import { writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { isMainThread } from 'node:worker_threads';

const file = process.env['LARDER_BENCH_LOOP_FILE'];
if (file !== undefined && isMainThread) {
  const delays = monitorEventLoopDelay({ resolution: 2 });
  delays.enable();
  process.on('SIGUSR2', () => delays.reset());
  process.on('exit', () => writeFileSync(`${file}.${process.pid}`, JSON.stringify({ maxMs: delays.max / 1e6, p99Ms: delays.percentile(99) / 1e6 })));
}
