import { z } from 'zod';
import { ENTRY_STATES } from '../../contract/entries.ts';
import type { MethodInput, MethodName } from '../../contract/methods.ts';
import { ITEMS_PER_PAGE_MAX } from '../../contract/methods.ts';

/** Longest search text; names on the Hub are far shorter. */
const TEXT_MAX = 1000;
/** Offsets beyond the largest catalog only cost time. */
const OFFSET_MAX = 100_000_000;

const nothing = z.strictObject({});
const cacheId = z.int().positive();

/**
 * The inputs of all methods. Everything from a window is parsed here before any of our code sees
 * it; unknown fields are refused, so that a typing error is told and not ignored.
 */
export const METHOD_SCHEMAS: { readonly [M in MethodName]: z.ZodType<MethodInput<M>> } = {
  'app.info': nothing,
  'library.list': nothing,
  'cache.stats': z.strictObject({ cacheId }),
  'cache.refresh': z.strictObject({ cacheId }),
  'cache.items': z.strictObject({
    cacheId,
    states: z.array(z.enum(ENTRY_STATES)).max(ENTRY_STATES.length).exactOptional(),
    text: z.string().max(TEXT_MAX).exactOptional(),
    sort: z.enum(['name', 'key', 'state', 'size', 'modified', 'verified', 'position']).exactOptional(),
    descending: z.boolean().exactOptional(),
    offset: z.int().min(0).max(OFFSET_MAX).exactOptional(),
    limit: z.int().min(1).max(ITEMS_PER_PAGE_MAX).exactOptional(),
  }),
  'jobs.list': nothing,
};

export function isMethodName(name: string): name is MethodName {
  return Object.hasOwn(METHOD_SCHEMAS, name);
}
