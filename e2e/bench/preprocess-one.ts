/**
 * Time and peak memory of preprocessing one whole-size CT:
 * `node e2e/bench/preprocess-one.ts [runs]`. Makes a seeded 512x512x300 int16 `.nii.gz` of about 90 MB in a
 * temporary folder, preprocesses it in a fresh child process per run with the example config
 * (0.75, 0.75, 1.5 mm to 128x256x256) and prints each run and the medians.
 */
import { fork } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { preprocessVolume } from '../../src-main/kinds/volume/preprocess.ts';
import { WHOLE_CT, writeSyntheticCt } from './synthetic-ct.ts';

const PARAMETERS = {
  targetSpacing: [0.75, 0.75, 1.5], targetShape: [128, 256, 256], aMin: -1000, aMax: 1000, bMin: -1, bMax: 1,
  axcodes: 'LPS', dtype: 'float32',
} as const; // prettier-ignore

interface Run {
  readonly seconds: number;
  readonly peakBytes: number;
}

function runOnce(path: string): Promise<Run> {
  return new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(import.meta.url), ['--child', path]);
    child.once('message', (run) => resolve(run as Run));
    child.once('exit', (code) => code !== 0 && reject(new Error(`child ended with code ${code}`)));
  });
}

async function runChild(path: string): Promise<void> {
  const start = performance.now();
  await preprocessVolume({ path, isGzip: true }, PARAMETERS);
  const run: Run = { seconds: (performance.now() - start) / 1000, peakBytes: process.resourceUsage().maxRSS * 1024 };
  process.send?.(run);
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!;
const show = ({ seconds, peakBytes }: Run): string => `${seconds.toFixed(2)} s, peak ${(peakBytes / 2 ** 20).toFixed(0)} MiB`;

async function main(runs: number): Promise<void> {
  const given = process.env['LARDER_BENCH_VOLUME'];
  const folder = await mkdtemp(join(tmpdir(), 'larder-bench-'));
  try {
    const path = given ?? join(folder, 'ct.nii.gz');
    if (!existsSync(path)) await writeSyntheticCt(path);
    console.log(`${WHOLE_CT.join('x')} int16, ${(statSync(path).size / 1e6).toFixed(1)} MB compressed`);
    const results: Run[] = [];
    for (let run = 0; run < runs; run++) {
      const result = await runOnce(path);
      results.push(result);
      console.log(`run ${run + 1}: ${show(result)}`);
    }
    const middle = { seconds: median(results.map((run) => run.seconds)), peakBytes: median(results.map((run) => run.peakBytes)) };
    console.log(`median: ${show(middle)}`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

if (process.argv[2] === '--child') await runChild(process.argv[3] ?? '');
else await main(Number(process.argv[2] ?? 5));
