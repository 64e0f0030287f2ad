import { z } from 'zod';
import { ENTRY_STATES } from '../../contract/entries.ts';
import type { StorageMethods } from '../../contract/storage.ts';

const cacheId = z.int().positive();
/** A hundred years; older ages are typing errors. */
const AGE_MAX_MS = 100 * 365 * 86_400_000;
const clear = z.strictObject({
  cacheId,
  states: z.array(z.enum(ENTRY_STATES)).min(1).max(ENTRY_STATES.length).exactOptional(),
  split: z.string().min(1).max(100).exactOptional(),
  olderThanMs: z.number().min(0).max(AGE_MAX_MS).exactOptional(),
});

export const STORAGE_SCHEMAS: { readonly [K in keyof StorageMethods]: z.ZodType<StorageMethods[K]['input']> } = {
  'storage.disk': z.strictObject({ cacheId }),
  'storage.own': z.strictObject({}),
  'storage.previewClear': clear,
  'storage.clear': z.strictObject({ ...clear.shape, delete: z.boolean().exactOptional() }),
  'storage.clearLeftovers': z.strictObject({ cacheId }),
  'storage.clearPreviews': z.strictObject({}),
};
