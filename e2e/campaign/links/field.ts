import { join } from 'node:path';
import { createEngine } from '../../../src-main/engine/index.ts';
import type { Engine } from '../../../src-main/engine/index.ts';
import { findKhmerFonts } from '../../../src-main/kinds/image/find-khmer-fonts.ts';
import { createNodeWorkerHost } from '../../../src-main/workers/index.ts';
import { entryFileOf } from '../../invariants/answers.ts';
import { openSetting } from '../../invariants/setting.ts';
import type { Result } from '../../invariants/setting.ts';
import { tinyDataset, tinyName } from '../../invariants/tiny-dataset.ts';
import { NO_FONTS, openPlace } from '../faults/image-scenarios.ts';
import { WORKER, inProcess, keptState, mustSucceed } from '../faults/kept-state.ts';
import type { KeptState } from '../faults/kept-state.ts';
import { readCache } from '../faults/check.ts';
import { IMAGE_FORM } from '../faults/cache-form.ts';
import type { Outside } from './outside.ts';
import { makeOutside } from './outside.ts';

/** A whole cache, something beside it, and commands on it. */
export interface Field {
  readonly kind: 'volume' | 'image';
  readonly cache: string;
  readonly keys: readonly string[];
  readonly outside: Outside;
  readonly root: string;
  reset(): void;
  /** In this process. */
  run(...words: readonly string[]): Promise<Result>;
  /** As the browser door has it. */
  engine(): Engine;
  close(): Promise<void>;
}

const ITEMS = 3;

export function fieldProblem(kind: Field['kind']): string | undefined {
  return kind === 'image' && findKhmerFonts() === undefined ? NO_FONTS : undefined;
}

export async function openField(kind: Field['kind']): Promise<Field> {
  const setting = await openSetting({ targetShape: [8, 8, 8], dataset: tinyDataset(ITEMS) });
  const made = kind === 'volume' ? { config: ['--config', setting.project.configPath], make: ['generate', '--yes', '--num-workers', '1'] } : { config: openPlace(setting, findKhmerFonts()!).config, make: ['pregenerate', '--jobs', '1'] };
  const here = inProcess(setting);
  await mustSucceed(here.run(...made.make, ...made.config));
  const cache = kind === 'volume' ? setting.cacheDirectory() : join(setting.project.directory, 'pictures');
  const keys = kind === 'volume' ? Array.from({ length: ITEMS }, (_, n) => entryFileOf(tinyName(n)).slice(0, -'.pt'.length)) : [...readCache(cache, IMAGE_FORM).entries.keys()].flatMap((file) => /^images\/(.+)\.png$/.exec(file)?.[1] ?? []);
  const outside = makeOutside(join(setting.root, 'outside'), cache);
  const state: KeptState = keptState(setting, here, [kind === 'volume' ? setting.project.cacheRoot : cache, setting.dataDirectory, outside.directory]);
  return {
    kind,
    cache,
    keys,
    outside,
    root: setting.root,
    reset: () => state.reset(),
    run: (...words) => state.again([...words, ...made.config]),
    engine: () => createEngine({ dataDirectory: setting.dataDirectory, cwd: setting.root, environment: setting.environment, workerHost: createNodeWorkerHost(WORKER, setting.environment), version: '0.1.0' }),
    close: () => state.close(),
  };
}
