import { z } from 'zod';
import type { StorageMethods } from '../../contract/storage.ts';
import { MATCH_FIELDS } from './schemas-match.ts';

const cacheId = z.int().positive();
const clear = z.strictObject({ cacheId, ...MATCH_FIELDS });

export const STORAGE_SCHEMAS: { readonly [K in keyof StorageMethods]: z.ZodType<StorageMethods[K]['input']> } = {
  'storage.disk': z.strictObject({ cacheId }),
  'storage.own': z.strictObject({}),
  'storage.previewClear': clear,
  'storage.clear': z.strictObject({ ...clear.shape, delete: z.boolean().exactOptional() }),
  'storage.clearLeftovers': z.strictObject({ cacheId }),
  'storage.clearPreviews': z.strictObject({}),
};
