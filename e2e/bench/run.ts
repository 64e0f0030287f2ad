/**
 * `npm run bench`: whole pipelines of Larder and of MONAI in one run, deep verify against torch.load, the catalog and
 * the list at a million rows, a directory of a hundred thousand entries, rendered lines, forecasts. Writes
 * docs/benchmarks.md; exits with 1 if a budget is missed. A part that is not run keeps its figures.
 *
 *   --only PARTS   of pipeline, verify, catalog, directory, list, images, forecast; separated by commas
 *   --forecast     the same as --only forecast; --images as --only images
 *   --quick        small volumes and lists, the command line from its sources; prints only
 *   --python PATH  an interpreter with PyTorch, MONAI and nibabel; otherwise .venv-interop is made or used
 *   --volumes N    volumes of 512x512x300 voxels (default 4)
 *   --runs N       runs, of which the median counts (default 5; Python's slow ones at most 3)
 *   --workers N    worker processes on both sides (default 2)
 *   --files N      entries for verify (default 24)
 *   --folder DIR   work there and keep it, so that the next run finds its volumes
 */
import { rmSync } from 'node:fs';
import { mkdir, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { EXIT } from '../../src-main/contract/errors.ts';
import { LarderBench } from './bench.ts';
import { readOptions } from './options.ts';

async function openFolder(given: string | undefined): Promise<string> {
  if (given === undefined) return await realpath(await mkdtemp(`${tmpdir()}/larder-bench-`));
  await mkdir(given, { recursive: true });
  return await realpath(given);
}

/** @returns the exit code */
async function main(argv: readonly string[], say: (line: string) => void): Promise<number> {
  const options = readOptions(argv);
  const folder = await openFolder(options.folder);
  const isKept = options.folder !== undefined;
  // Ctrl-C reaches the commands under way by itself; half a gigabyte of volumes must not stay behind.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => {
      if (!isKept) rmSync(folder, { recursive: true, force: true });
      process.exit(EXIT.cancelled);
    });
  }
  try {
    return (await new LarderBench(options, folder, say).run()) ? EXIT.ok : EXIT.findings;
  } finally {
    if (!isKept) await rm(folder, { recursive: true, force: true });
  }
}

try {
  process.exitCode = await main(process.argv.slice(2), (line) => console.log(line));
} catch (error) {
  console.error(`bench: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = EXIT.findings;
}
