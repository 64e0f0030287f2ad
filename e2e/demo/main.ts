import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EXIT } from '../../src-main/contract/errors.ts';
import { LarderError, fileError, isCancelled, isLarderError, throwIfAborted, toWire } from '../../src-main/base/index.ts';
import { createHubDouble } from '../hub/index.ts';
import { SAMPLE_REPOSITORY, makeSampleDataset, sampleFiles, writeSampleProject } from '../sample/index.ts';
import { demoEnvironment } from './run-command.ts';
import { DemoFailure, DemoStory } from './story.ts';

export { startSample } from './start-sample.ts';

export interface DemoOptions {
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
  /** Leave the folder behind and say where it is. */
  readonly keep: boolean;
}

// In the build every entry lies beside the others; in the sources the command line is in its own room.
const cliEntry = fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? '../../src-main/hosts/cli/main.ts' : './cli.js', import.meta.url));

/**
 * The main job from beginning to end: a Hub on this machine, a fresh folder, the real commands. Needs
 * no network, no account and no answer, and leaves nothing behind.
 *
 * @returns the exit code: 0 if every step ended as it must, otherwise 1
 * @throws CANCELLED
 */
export async function runDemo({ signal, say, keep }: DemoOptions): Promise<number> {
  const startedAt = performance.now();
  say('Larder demo: synthetic chest CTs on a Hub that runs on this machine only; no network, no account.');
  const dataset = makeSampleDataset();
  throwIfAborted(signal);
  const hub = await createHubDouble({ repoId: SAMPLE_REPOSITORY, files: sampleFiles(dataset) });
  const folder = await mkdtemp(join(tmpdir(), 'larder-demo-')).then((made) => realpath(made)).catch(async (error: unknown) => {
    await hub.close();
    const found = fileError(error, tmpdir(), 'making the folder of the demo in');
    throw isLarderError(found) ? new LarderError(found.code, found.message, { hint: 'Set TMPDIR to a folder that can be written.' }) : found;
  });
  try {
    const project = await writeSampleProject(folder, hub.endpoint, dataset.names);
    const environment = demoEnvironment(process.env, { data: join(folder, 'data'), hfHome: join(folder, 'huggingface') });
    say(`${dataset.volumes.length + 1} uploads, ${dataset.volumes.length + 2} names in the lists. Folder: ${folder}`);
    await new DemoStory(project, dataset, { cliEntry, cwd: folder, environment, signal }, say).tell();
    for (const line of closing((performance.now() - startedAt) / 1000)) say(line);
    return EXIT.ok;
  } catch (error) {
    if (!(error instanceof DemoFailure)) throw error;
    say('');
    say(`The demo failed: ${error.message}`);
    return EXIT.findings;
  } finally {
    await hub.close();
    if (keep) for (const line of kept(folder)) say(line);
    else await rm(folder, { recursive: true, force: true });
  }
}

function closing(seconds: number): string[] {
  return [
    '',
    `Every step ended as it must, in ${seconds.toFixed(0)} s. What to try next:`,
    '  larder plan --config FILE       what your own config will make; nothing is changed',
    '  larder verify --cache DIR       any cache folder, also one that Python made',
    '  larder demo --keep              the same again, with the folder left to look around in',
    '  larder --help                   every command; each has examples under --help',
  ];
}

function kept(folder: string): string[] {
  return ['', `Kept: ${folder}`, 'Its Hub is gone, so nothing can be downloaded; its history is in its own catalog:', `  LARDER_DATA_DIR=${join(folder, 'data')}`];
}

/** Started by itself: `node e2e/demo/main.ts [--keep]`. */
async function main(): Promise<number> {
  const abort = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => abort.abort());
  try {
    return await runDemo({ signal: abort.signal, say: (line) => console.log(line), keep: process.argv.includes('--keep') });
  } catch (error) {
    const { message, code, hint } = toWire(error);
    console.error(isCancelled(error) ? 'Cancelled; the folder of the demo is removed.' : `The demo failed: ${message} [${code}]`);
    if (hint !== undefined) console.error(`      ${hint}`);
    return isCancelled(error) ? EXIT.cancelled : EXIT.findings;
  }
}

if (import.meta.main) process.exitCode = await main();
