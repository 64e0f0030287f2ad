import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { demoEnvironment } from '../demo/run-command.ts';
import type { HubDouble } from '../hub/index.ts';
import { createHubDouble } from '../hub/index.ts';
import type { SampleProject } from '../sample/index.ts';
import { SAMPLE_REPOSITORY, sampleUploads, writeSampleProject } from '../sample/index.ts';

/** A user of their own: folders, a Hub on this machine, and a config that names three sound volumes. */
export interface Setting {
  readonly folder: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly hub: HubDouble;
  readonly project: SampleProject;
  remove(): Promise<void>;
}

const NAMES = ['train_1_a_1.nii.gz', 'train_2_a_1.nii.gz', 'train_3_a_1.nii.gz'];

export async function makeSetting(): Promise<Setting> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'larder-app-')));
  const files = sampleUploads().filter(({ name }) => NAMES.includes(name)).map(({ repositoryPath, make }) => ({ path: repositoryPath, content: make() }));
  const hub = await createHubDouble({ repoId: SAMPLE_REPOSITORY, files });
  const project = await writeSampleProject(folder, hub.endpoint, { train: NAMES, valid: [] }, { targetShape: [24, 32, 32] });
  return {
    folder,
    hub,
    project,
    environment: demoEnvironment(process.env, { data: join(folder, 'data'), hfHome: join(folder, 'huggingface') }),
    async remove() {
      await hub.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
