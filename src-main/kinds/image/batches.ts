import { createHash } from 'node:crypto';
import type { BatchMaking, ItemBatch, KindItem } from '../kind.ts';
import { rendererEnvironment } from './fonts.ts';
import { isProven, readMetadata } from './metadata-read.ts';
import type { ImageItem } from './kind-config.ts';

/** Pictures a worker makes in one go: enough that messages cost nothing, little enough to share out and to lose. */
const BATCH_ITEMS = 64;

/** A picture as a worker is told to make it. */
export interface LineRequest {
  readonly key: string;
  readonly text: string;
  readonly fontPath: string;
}

/** Lines in one font at one height. */
export interface ImageBatchPayload {
  readonly fontFile: string;
  readonly family: string;
  readonly height: number;
  readonly lines: readonly LineRequest[];
  /** Existing folder the worker writes its files into. @see stagedPaths */
  readonly stagingDirectory: string;
  /** The cache; there they get their names. */
  readonly directory: string;
  /** Pictures that are there are drawn again too. */
  readonly replace: boolean;
  /** Files of them may lie in the staging folder, of a process or a worker that died. */
  readonly mayBeStaged: boolean;
}

/**
 * Batches of one font and height whose keys begin alike. Where they begin is decided by how many
 * items there are, so that two processes with the same plan share their batches; what a batch is
 * called depends only on what is in it and not on what is missing.
 */
function divide(items: readonly KindItem[]): readonly ItemBatch[] {
  const groups = new Map<string, ImageItem[]>();
  for (const item of items as readonly ImageItem[]) {
    const group = `${item.fontFile}\n${item.height}`;
    const list = groups.get(group);
    if (list === undefined) groups.set(group, [item]);
    else list.push(item);
  }
  const batches: ItemBatch[] = [];
  for (const [group, members] of groups) {
    const bits = Math.max(0, Math.round(Math.log2(members.length / BATCH_ITEMS)));
    const byPrefix = new Map<number, ImageItem[]>();
    for (const item of members) {
      const prefix = Math.floor(Number.parseInt(item.key.slice(0, 8), 16) / 2 ** (32 - bits));
      const list = byPrefix.get(prefix);
      if (list === undefined) byPrefix.set(prefix, [item]);
      else list.push(item);
    }
    const name = createHash('md5').update(group).digest('hex').slice(0, 8);
    for (const [prefix, batch] of byPrefix) batches.push({ id: `${name}-${bits}-${prefix}`, items: batch });
  }
  return batches;
}

export const imageBatches: BatchMaking = {
  environment: rendererEnvironment,
  divide,
  isWhole(key, bytes) {
    const { value } = readMetadata(bytes);
    return value !== undefined && isProven(value, key);
  },
  orphan: { code: 'metadata-orphan', message: 'There were metadata and no image; both were made anew.' },
  payload(items, where) {
    const lines = items as readonly ImageItem[];
    const { fontFile, family, height } = lines[0]!;
    return { fontFile, family, height, ...where, lines: lines.map(({ key, name, variant }) => ({ key, text: name, fontPath: variant })) } satisfies ImageBatchPayload;
  },
};
