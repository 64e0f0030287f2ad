import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as breathe } from 'node:timers/promises';
import { errnoOf, fileError, writeFileAtomic } from '../../src-main/base/index.ts';
import { createHubDouble } from '../hub/index.ts';
import { SAMPLE_REPOSITORY, sampleNames, sampleUploads, writeSampleProject } from '../sample/index.ts';

export interface StartedSample {
  readonly configPath: string;
  /** Address of the sample's Hub. */
  readonly endpoint: string;
  /** Ends the Hub; the files stay. */
  close(): Promise<void>;
}

/**
 * Makes the sample project in a folder and serves its raw files from this process, on this machine
 * only. Raw files that were made before are used again; the config is written anew, because the Hub
 * has another port each time.
 *
 * @throws PERMISSION_DENIED, DISK_FULL, READ_ONLY
 */
export async function startSample(directory: string): Promise<StartedSample> {
  const uploads = join(directory, 'hub');
  try {
    await mkdir(uploads, { recursive: true });
  } catch (error) {
    throw fileError(error, uploads, 'making the sample in');
  }
  const files: { path: string; content: Buffer }[] = [];
  for (const { name, repositoryPath, make } of sampleUploads()) files.push({ path: repositoryPath, content: await readOrMake(join(uploads, name), make) });
  const hub = await createHubDouble({ repoId: SAMPLE_REPOSITORY, files });
  try {
    const { configPath } = await writeSampleProject(directory, hub.endpoint, sampleNames());
    return { configPath, endpoint: hub.endpoint, close: () => hub.close() };
  } catch (error) {
    await hub.close();
    throw error;
  }
}

/** Making one takes a tenth of a second; windows must be answered in between. */
async function readOrMake(path: string, make: () => Buffer): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw fileError(error, path, 'reading the sample from');
  }
  await breathe();
  const content = make();
  try {
    await writeFileAtomic(path, content);
  } catch (error) {
    throw fileError(error, path, 'writing the sample to');
  }
  return content;
}
