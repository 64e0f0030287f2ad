import { expect } from 'vitest';
import { openSetting } from './setting.ts';
import type { Setting } from './setting.ts';
import { tinyDataset } from './tiny-dataset.ts';

/** A project of small volumes, and the words that name it and make its cache. */
export interface TinySetting {
  readonly setting: Setting;
  readonly config: readonly string[];
  generate(...more: string[]): string[];
}

/** @param targetShape in voxels, as the config has it */
export async function openTiny(count: number, targetShape: readonly [number, number, number] = [8, 8, 8]): Promise<TinySetting> {
  const setting = await openSetting({ targetShape, dataset: tinyDataset(count) });
  const config = ['--config', setting.project.configPath];
  return { setting, config, generate: (...more) => ['generate', ...config, '--yes', '--num-workers', '2', ...more] };
}

/** The same with every entry made. */
export async function openTinyMade(count: number, targetShape?: readonly [number, number, number]): Promise<TinySetting> {
  const tiny = await openTiny(count, targetShape);
  const made = await tiny.setting.run(...tiny.generate());
  expect(made.code, made.stderr).toBe(0);
  return tiny;
}
