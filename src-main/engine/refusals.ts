import type { Catalog } from '../catalog/index.ts';
import { forEachInTurns } from '../base/index.ts';
import type { WireError } from '../contract/errors.ts';
import { BLOCKED_REASONS } from '../contract/plan.ts';
import type { BlockedReason } from '../contract/plan.ts';
import type { ItemRefusal } from '../kinds/index.ts';
import type { RefusedBefore } from '../pipeline/index.ts';

/** As it is kept with the entry. @param basis of the item, when it was tried */
export function refusalError({ reason, message }: ItemRefusal, basis: string): WireError {
  return { code: 'PREPROCESS_FAILED', message, details: { reason, basis } };
}

function isReason(value: unknown): value is BlockedReason {
  return BLOCKED_REASONS.some((reason) => reason === value);
}

/**
 * What was refused when it was tried, so that a plan does not offer it again. Another font file, or a
 * renderer that draws otherwise, is another basis: then it is tried anew.
 *
 * @param directory of the cache, absolute
 * @throws CANCELLED
 */
export async function readRefusals(catalog: Catalog, directory: string, signal: AbortSignal): Promise<RefusedBefore> {
  const row = catalog.caches.getByDirectory(directory);
  const refusals = new Map<string, ItemRefusal & { readonly basis: unknown }>();
  if (row !== undefined) {
    const take = (entries: readonly { readonly key: string; readonly error: WireError }[]): void => {
      for (const { key, error } of entries) {
        const { reason, basis } = error.details ?? {};
        if (isReason(reason)) refusals.set(key, { reason, message: error.message, basis });
      }
    };
    await forEachInTurns(catalog.entries.errors(row.id), take, signal);
  }
  return ({ key, basis }) => {
    const known = refusals.get(key);
    return known === undefined || basis === undefined || known.basis !== basis ? undefined : { reason: known.reason, message: known.message };
  };
}
