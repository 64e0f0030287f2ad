/**
 * Time and peak memory of preprocessing one whole-size CT:
 * `node e2e/bench/preprocess-one.ts [runs]`. Makes a seeded 512x512x300 int16 `.nii.gz` of about 90 MB in a
 * temporary folder, preprocesses it in a fresh child process per run with the example config
 * (0.75, 0.75, 1.5 mm to 128x256x256) and prints each run and the medians.
 */
import { fork } from 'node:child_process';
import { createWriteStream, existsSync, statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { createGzip } from 'node:zlib';
import { encodeNifti } from '../../src-main/formats/nifti/index.ts';
import { preprocessVolume } from '../../src-main/kinds/volume/preprocess.ts';

const SIZES = [512, 512, 300] as const;
const PARAMETERS = {
  targetSpacing: [0.75, 0.75, 1.5], targetShape: [128, 256, 256], aMin: -1000, aMax: 1000, bMin: -1, bMax: 1,
  axcodes: 'LPS', dtype: 'float32',
} as const; // prettier-ignore

interface Run {
  readonly seconds: number;
  readonly peakBytes: number;
}

/** xorshift32: the same noise on every machine. */
function noiseSource(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

/** A body-like ellipse of soft tissue with lungs, in noisy air, inside a round field of view. */
function slice(z: number, random: () => number): Int16Array {
  const [width, height] = SIZES;
  const voxels = new Int16Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const u = (x - width / 2) / (width / 2);
      const v = (y - height / 2) / (height / 2);
      if (u * u + v * v > 1) {
        voxels[y * width + x] = -1024;
        continue;
      }
      const isBody = (u * u) / 0.6 + (v * v) / 0.35 < 1;
      const isLung = (Math.abs(u) - 0.32) ** 2 / 0.05 + (v * v) / 0.14 < 1 + 0.2 * Math.sin(z / 30);
      const base = isBody ? (isLung ? -850 : 40 + 60 * Math.sin(x / 9) * Math.cos(y / 13)) : -1000;
      voxels[y * width + x] = base + (random() + random() + random() - 1.5) * 95;
    }
  }
  return voxels;
}

async function writeVolume(path: string): Promise<void> {
  const random = noiseSource(2_463_534_242);
  const sform = Float64Array.of(-0.7, 0, 0, 178.85, 0, -0.7, 0, 178.85, 0, 0, 1, -149.5, 0, 0, 0, 1);
  const header = encodeNifti({ sizes: SIZES, datatype: 4, voxels: [], sform });
  function* parts(): Generator<Uint8Array> {
    yield header;
    for (let z = 0; z < SIZES[2]; z++) yield new Uint8Array(slice(z, random).buffer);
  }
  await pipeline(Readable.from(parts()), createGzip({ level: 6 }), createWriteStream(path));
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
    if (!existsSync(path)) await writeVolume(path);
    console.log(`${SIZES.join('x')} int16, ${(statSync(path).size / 1e6).toFixed(1)} MB compressed`);
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
