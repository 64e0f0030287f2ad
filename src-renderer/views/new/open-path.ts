import type { OpenedPath } from '../../../src-main/contract/desktop.ts';
import { lookAtPath } from '../drop/drop-state.ts';

/** Goes on with a file or folder of this machine: a config is read, a cache opened, the rest looked at. */
export async function openPath({ path }: OpenedPath): Promise<void> {
  await lookAtPath(path);
}
