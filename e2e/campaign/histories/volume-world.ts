import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { entryFileOf } from '../../invariants/answers.ts';
import { openSetting } from '../../invariants/setting.ts';
import { tinyDataset } from '../../invariants/tiny-dataset.ts';
import type { Draw } from '../draw.ts';
import { VOLUME_FORM } from '../faults/cache-form.ts';
import { readState } from '../faults/check.ts';
import { inProcess, mustSucceed } from '../faults/kept-state.ts';
import { isSameContent } from './check.ts';
import type { World } from './steps.ts';
import { lookAt, putStrangers } from './world-state.ts';

const ITEMS = 5;
const GENERATE = ['generate', '--yes', '--num-workers', '1'] as const;

/** Volumes that are on a Hub, in a list and as raw files, each of which may change. */
export async function openVolumes(): Promise<World> {
  const setting = await openSetting({ targetShape: [8, 8, 8], dataset: tinyDataset(ITEMS) });
  const { dataset, hub, project, rawDirectory } = setting;
  const here = inProcess(setting);
  const config = ['--config', project.configPath];
  await mustSucceed(here.run(...GENERATE, ...config));
  const directory = setting.cacheDirectory();
  const { entries: expected } = readState(directory, []);
  if (expected.size !== ITEMS) throw new Error(`${expected.size} of ${ITEMS} entries were made to begin with.`);
  putStrangers(directory);
  const items = dataset.volumes.map(({ volumeName }) => volumeName);
  const [listed, onHub] = [new Set(items), new Set(items)];
  const rawPath = (item: string): string => join(rawDirectory, item);
  const writeList = (): void => writeFileSync(project.trainCsvPath, ['VolumeName', ...items.slice(0, -1).filter((item) => listed.has(item)), ''].join('\n'));
  const writeHub = async (): Promise<void> => void (await hub.publish(dataset.volumes.filter(({ volumeName }) => onHub.has(volumeName)).map(({ repositoryPath, bytes }) => ({ path: repositoryPath, content: bytes }))));
  const toggle = (set: Set<string>, item: string): boolean => !set.delete(item) && set.add(item).has(item);
  return {
    items,
    expected,
    directory,
    filesOf: (item) => [entryFileOf(item)],
    isListed: (item) => listed.has(item),
    canBeMade: (item) => listed.has(item) && (onHub.has(item) || existsSync(rawPath(item))),
    look: () => lookAt(directory, VOLUME_FORM, new Set(items.filter((item) => existsSync(rawPath(item))).map(entryFileOf))),
    run: (words) => here.run(...words, ...config),
    commands: () => [
      { words: GENERATE, asks: { type: 'nothing' } },
      { words: [...GENERATE, '--limit', '1'], asks: { type: 'nothing' } },
      { words: [...GENERATE, '--clean-local-raw-files'], asks: { type: 'cleanRaw' } },
    ],
    async happen(draw: Draw) {
      // The last one is in the other list, which never changes.
      const item = draw.oneOf(items);
      const which = draw.below(3);
      if (which === 0) {
        const leaver = draw.oneOf(items.slice(0, -1));
        const isIn = toggle(listed, leaver);
        writeList();
        return `${leaver} ${isIn ? 'enters' : 'leaves'} the list`;
      }
      if (which === 1) {
        const isIn = toggle(onHub, item);
        await writeHub();
        return `${item} ${isIn ? 'enters' : 'leaves'} the Hub`;
      }
      const isThere = existsSync(rawPath(item));
      mkdirSync(rawDirectory, { recursive: true });
      if (isThere) rmSync(rawPath(item));
      else writeFileSync(rawPath(item), dataset.volumes.find(({ volumeName }) => volumeName === item)!.bytes);
      return `raw file of ${item} ${isThere ? 'removed' : 'put there'}`;
    },
    async mend() {
      for (const item of items) {
        listed.add(item);
        onHub.add(item);
      }
      writeList();
      await writeHub();
    },
    isSameContent,
    async close() {
      here.close();
      await setting.close();
    },
  };
}
