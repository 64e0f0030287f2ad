import { z } from 'zod';
import { ENTRY_STATES } from '../../contract/entries.ts';
import type { FindingCode } from '../../contract/findings.ts';
import { isFindingCode } from '../../contract/findings.ts';
import type { MethodInput, MethodName } from '../../contract/methods.ts';
import { CHOSEN_MAX, ITEMS_PER_PAGE_MAX } from '../../contract/methods.ts';
import { CONFIG_SCHEMAS, JOB_SCHEMAS, RAW_FILE_CHOICES } from './schemas-config.ts';
import { DROPPED_SCHEMAS } from './methods-dropped.ts';
import { FOLDER_SCHEMAS } from './methods-folders.ts';
import { SETTINGS_SCHEMAS } from './methods-settings.ts';
import { match } from './schemas-match.ts';
import { STORAGE_SCHEMAS } from './schemas-storage.ts';

/** Longest search text; names on the Hub are far shorter. */
const TEXT_MAX = 1000;
/** Keys are hashes of 32 digits; ids of the quarantine are not much longer. */
const KEY_MAX = 200;
const CODES_MAX = 100;
/** Offsets beyond the largest catalog only cost time. */
const OFFSET_MAX = 100_000_000;

/** A hundred years; older ages are typing errors. */
const AGE_MAX_MS = 100 * 365 * 86_400_000;
const PATH_MAX = 4096;

const nothing = z.strictObject({});
const cacheId = z.int().positive();
const states = z.array(z.enum(ENTRY_STATES)).max(ENTRY_STATES.length);
const text = z.string().max(TEXT_MAX);
const sort = z.enum(['name', 'key', 'state', 'size', 'modified', 'verified', 'position']);
const key = z.string().min(1).max(KEY_MAX);
const keys = z.array(key).min(1).max(CHOSEN_MAX);
const jobId = z.string().regex(/^[0-9a-zA-Z-]{1,40}$/, 'is no id');
const ids = z.array(z.string().min(1).max(KEY_MAX)).min(1).max(CHOSEN_MAX);
const all = z.literal(true);
const numWorkers = z.int().min(1).max(1024);
const bytes = z.int().min(0);
const age = z.number().min(0).max(AGE_MAX_MS);
const matching = z.exactOptional(match);
const final = z.boolean().exactOptional();
const plan = {
  cacheId,
  matching,
  limit: z.int().positive().exactOptional(),
  only: keys.exactOptional(),
  batchSize: z.int().min(1).max(100_000).exactOptional(),
  numWorkers: numWorkers.exactOptional(),
};
/** How thoroughly entries are looked at. */
const depth = { level: z.enum(['quick', 'deep']).exactOptional(), changedOnly: z.boolean().exactOptional() };
const path = z.string().min(1).max(PATH_MAX).refine((value) => !value.includes('\0'), 'holds a NUL character');
const itemsFilter = {
  states: states.exactOptional(),
  text: text.exactOptional(),
  minSizeBytes: bytes.exactOptional(),
  maxSizeBytes: bytes.exactOptional(),
  olderThanMs: age.exactOptional(),
  newerThanMs: age.exactOptional(),
  sort: sort.exactOptional(),
  descending: z.boolean().exactOptional(),
};

/**
 * The inputs of all methods. Everything from a window is parsed here before any of our code sees
 * it; unknown fields are refused, so that a typing error is told and not ignored.
 */
export const METHOD_SCHEMAS: { readonly [M in MethodName]: z.ZodType<MethodInput<M>> } = {
  'app.info': nothing,
  'app.diagnostics': nothing,
  'library.list': nothing,
  'cache.stats': z.strictObject({ cacheId, corpusDir: path.exactOptional() }),
  'cache.refresh': z.strictObject({ cacheId }),
  'cache.forget': z.strictObject({ cacheId }),
  'cache.recall': z.strictObject({ directory: z.string().min(1).max(4096) }),
  'cache.items': z.strictObject({
    cacheId,
    ...itemsFilter,
    offset: z.int().min(0).max(OFFSET_MAX).exactOptional(),
    limit: z.int().min(1).max(ITEMS_PER_PAGE_MAX).exactOptional(),
  }),
  'cache.sample': z.strictObject({ cacheId }),
  'cache.position': z.strictObject({ cacheId, key, ...itemsFilter }),
  'cache.overview': z.strictObject({ cacheId }),
  'cache.findings': z.strictObject({
    cacheId,
    codes: z.array(z.custom<FindingCode>((code) => typeof code === 'string' && isFindingCode(code), 'is no code of a finding')).max(CODES_MAX).exactOptional(),
    severities: z.array(z.enum(['error', 'warning', 'information'])).max(3).exactOptional(),
    after: z.int().min(0).exactOptional(),
    limit: z.int().min(1).max(ITEMS_PER_PAGE_MAX).exactOptional(),
  }),
  'cache.hits': z.strictObject({ cacheId }),
  'cache.storage': z.strictObject({ cacheId }),
  'cache.parameters': z.strictObject({ cacheId }),
  'cache.entry': z.strictObject({ cacheId, key }),
  'cache.plan': z.strictObject(plan),
  'cache.generate': z.strictObject({ ...plan, ...RAW_FILE_CHOICES }),
  'cache.verify': z.strictObject({ cacheId, matching, ...depth, only: keys.exactOptional(), numWorkers: numWorkers.exactOptional(), fontsDir: path.exactOptional() }),
  'cache.fix': z.strictObject({ cacheId, matching, ...depth, only: keys.exactOptional(), numWorkers: numWorkers.exactOptional(), delete: z.boolean().exactOptional(), reRender: z.boolean().exactOptional(), corpusDir: path.exactOptional(), fontsDir: path.exactOptional() }),
  'cache.repairs': z.strictObject({ cacheId, matching, only: keys.exactOptional() }),
  'cache.planFix': z.strictObject({ cacheId, matching, only: keys.exactOptional(), numWorkers: numWorkers.exactOptional(), delete: z.boolean().exactOptional() }),
  'cache.previewClear': z.union([z.strictObject({ cacheId, only: keys }), z.strictObject({ cacheId, matching: match })]),
  'cache.clear': z.union([z.strictObject({ cacheId, only: keys, delete: final }), z.strictObject({ cacheId, matching: match, delete: final })]),
  'quarantine.list': z.strictObject({ cacheId, limit: z.int().min(1).max(CHOSEN_MAX) }),
  'quarantine.restore': z.union([z.strictObject({ cacheId, ids, replace: z.boolean().exactOptional() }), z.strictObject({ cacheId, jobId, replace: z.boolean().exactOptional() }), z.strictObject({ cacheId, all, replace: z.boolean().exactOptional() })]),
  'quarantine.purge': z.union([z.strictObject({ cacheId, ids }), z.strictObject({ cacheId, all })]),
  ...CONFIG_SCHEMAS,
  ...JOB_SCHEMAS,
  ...DROPPED_SCHEMAS,
  ...FOLDER_SCHEMAS,
  ...SETTINGS_SCHEMAS,
  ...STORAGE_SCHEMAS,
};

export function isMethodName(name: string): name is MethodName {
  return Object.hasOwn(METHOD_SCHEMAS, name);
}
