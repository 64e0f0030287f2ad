import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AS_IT_IS } from '../../base/index.ts';
import type { EntryRepair } from '../kind.ts';
import type { ImageIdentity } from './cache-json.ts';
import type { Damaged, KeyEvidence } from './judge.ts';
import { imageFile } from './paths.ts';

/** Width its metadata say, where nothing but that is wrong: the picture is whole and has another width. */
function widthWanted({ evidence, findings }: Damaged): number | undefined {
  const { image, metadata, imageName, key } = evidence;
  const isWidthOnly = findings.every(({ code }) => code === 'size-mismatch' || code === 'foreign-pixels');
  return isWidthOnly && image !== null && image.width !== null && imageName === imageFile(key) ? metadata?.value?.width : undefined;
}

/**
 * Pairs of keys whose pictures have each the width that the other's metadata say: their pictures
 * were exchanged. Where more than two fit together nobody can say which, and none is paired.
 *
 * @param pixelsOf digest that is remembered of a key's picture; where there is one it must agree
 */
export function findExchanged(damaged: readonly Damaged[], pixelsOf: (key: string) => string | null | undefined): Map<string, KeyEvidence> {
  const groups = new Map<string, KeyEvidence[]>();
  for (const found of damaged) {
    const wanted = widthWanted(found);
    const { image } = found.evidence;
    if (wanted === undefined || wanted === image!.width) continue;
    const name = `${image!.height} ${Math.min(wanted, image!.width!)} ${Math.max(wanted, image!.width!)}`;
    groups.set(name, [...(groups.get(name) ?? []), found.evidence]);
  }
  const pairs = new Map<string, KeyEvidence>();
  for (const [one, other, ...more] of groups.values()) {
    if (one === undefined || other === undefined || more.length > 0 || one.image!.width === other.image!.width) continue;
    if (![[one, other] as const, [other, one] as const].every(([mine, yours]) => agrees(pixelsOf(mine.key), yours.image!.pixelsMd5))) continue;
    pairs.set(one.key, other).set(other.key, one);
  }
  return pairs;
}

function agrees(remembered: string | null | undefined, found: string | null): boolean {
  return remembered == null || remembered === found;
}

/** Bytes of the pictures of every pair, by the key they belong to: read before the first of them is moved. */
export async function readExchanged(directory: string, pairs: ReadonlyMap<string, KeyEvidence>): Promise<Map<string, Uint8Array>> {
  const bytes = new Map<string, Uint8Array>();
  for (const [key, other] of pairs) bytes.set(key, await readFile(join(directory, imageFile(other.key)), { flag: AS_IT_IS }));
  return bytes;
}

/** The key gets its own picture back; its metadata are right as they are. */
export function takeBack({ key, image, metadata }: KeyEvidence, bytes: Uint8Array, identity: ImageIdentity, reason: EntryRepair['reason']): EntryRepair {
  const shape = [image!.height!, metadata!.value!.width];
  return { key, name: identity.text, reason, aside: [imageFile(key)], rename: [], write: [{ file: imageFile(key), bytes }], entry: { key, name: identity.text, variant: identity.fontPath, shape, dtype: 'uint8' }, isExchange: true };
}
