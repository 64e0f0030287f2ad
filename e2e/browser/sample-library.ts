import { copyFile, mkdir, mkdtemp, readdir, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { demoEnvironment, runCommand } from '../demo/run-command.ts';
import { createHubDouble } from '../hub/index.ts';
import type { HubDouble } from '../hub/index.ts';
import { SAMPLE_REPOSITORY, deleteEntry, flipBit, makeSampleVolumes, writeSampleProject } from '../sample/index.ts';
import type { SampleDataset, SampleProject } from '../sample/index.ts';
import { CLI, ROOT } from './ensure-built.ts';

/** A user's data folder with real caches in it, made by the real commands. */
export interface SampleLibrary {
  readonly folder: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly hub: HubDouble;
  readonly project: SampleProject;
  readonly names: SampleDataset['names'];
  /** The cache of the project: one entry damaged, one gone. */
  readonly directory: string;
  /** A folder Larder only knows by looking at it: entries that MONAI wrote. */
  readonly foreignDirectory: string;
  /** @returns exit code and lines of a `larder` command in this setting */
  run(...words: string[]): Promise<{ readonly exitCode: number; readonly stdout: readonly string[]; readonly stderr: readonly string[] }>;
  remove(): Promise<void>;
}

/** Enough to have one damaged, one missing and some sound, in both splits. */
const VOLUMES_PER_SPLIT = 2;
const MONAI_ENTRIES = join(ROOT, 'src-main/formats/torch/__fixtures__/monai/e1/a');

export async function makeSampleLibrary(): Promise<SampleLibrary> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'larder-browser-')));
  const all = makeSampleVolumes();
  const train = all.filter((volume) => volume.split === 'train').slice(0, VOLUMES_PER_SPLIT);
  const valid = all.filter((volume) => volume.split === 'valid').slice(0, VOLUMES_PER_SPLIT);
  const volumes = [...train, ...valid];
  const hub = await createHubDouble({ repoId: SAMPLE_REPOSITORY, files: volumes.map((volume) => ({ path: volume.repositoryPath, content: volume.bytes })) });
  const names = { train: train.map((volume) => volume.volumeName), valid: valid.map((volume) => volume.volumeName) };
  const project = await writeSampleProject(folder, hub.endpoint, names, { targetShape: [24, 32, 32] });
  const environment = demoEnvironment(process.env, { data: join(folder, 'data'), hfHome: join(folder, 'huggingface') });
  const run: SampleLibrary['run'] = async (...words) => {
    const said: string[] = [];
    return await runCommand(words, { cliEntry: CLI, cwd: folder, environment, signal: new AbortController().signal }, (line) => said.push(line));
  };
  return { folder, environment, hub, project, names, run, ...(await fill(folder, project, run)), remove: () => remove(folder, hub) };
}

async function fill(folder: string, project: SampleProject, run: SampleLibrary['run']): Promise<Pick<SampleLibrary, 'directory' | 'foreignDirectory'>> {
  const made = await run('generate', '--config', project.configPath, '--yes');
  if (made.exitCode !== 0) throw new Error(`generate: ${[...made.stderr, ...made.stdout].join('\n')}`);
  const [hash] = await readdir(project.cacheRoot);
  const directory = join(project.cacheRoot, hash!);
  const entries = (await readdir(directory)).filter((name) => name.endsWith('.pt')).sort();
  await flipBit(join(directory, entries[0]!));
  await deleteEntry(join(directory, entries[1]!));
  await run('verify', '--config', project.configPath);
  const foreignDirectory = join(folder, 'from python');
  await mkdir(foreignDirectory);
  for (const name of await readdir(MONAI_ENTRIES)) if (name.endsWith('.pt')) await copyFile(join(MONAI_ENTRIES, name), join(foreignDirectory, name));
  return { directory, foreignDirectory };
}

async function remove(folder: string, hub: HubDouble): Promise<void> {
  await hub.close();
  await rm(folder, { recursive: true, force: true });
}
