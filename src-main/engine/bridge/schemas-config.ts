import { z } from 'zod';
import { KIND_IDS } from '../../contract/entries.ts';
import { CHOSEN_MAX } from '../../contract/methods.ts';
import type { ConfigMethods, JobMethods } from '../../contract/methods-config.ts';

/** As long as a config may be; the reader refuses longer ones with a message of its own. */
const CONFIG_TEXT_MAX = 512 * 1024;
const PATH_MAX = 4096;
const NAME_MAX = 255;
const COUNT_MAX = 100_000_000;
/** Items are also named by their line of text, and the longest of those are paragraphs. */
const ITEM_NAME_MAX = 10_000;

const nothing = z.strictObject({});
const id = z.string().regex(/^[0-9a-zA-Z-]{1,40}$/, 'is no id');
const path = z.string().min(1).max(PATH_MAX).refine((text) => !text.includes('\0'), 'holds a NUL character');
const choices = {
  configId: id,
  limit: z.int().min(1).max(COUNT_MAX).exactOptional(),
  only: z.array(z.string().min(1).max(ITEM_NAME_MAX)).min(1).max(CHOSEN_MAX).exactOptional(),
  batchSize: z.int().min(1).max(100_000).exactOptional(),
  numWorkers: z.int().min(1).max(1024).exactOptional(),
  remake: z.boolean().exactOptional(),
};

type Schemas<M> = { readonly [K in keyof M]: M[K] extends { readonly input: infer I } ? z.ZodType<I> : never };

/** How entries are written, and what becomes of raw files. */
export const RAW_FILE_CHOICES = { cleanLocalRawFiles: z.boolean().exactOptional(), format: z.enum(['monai', 'tensor']).exactOptional() };

export const CONFIG_SCHEMAS: Schemas<ConfigMethods> = {
  'config.check': z.union([z.strictObject({ path }), z.strictObject({ text: z.string().max(CONFIG_TEXT_MAX), name: z.string().max(NAME_MAX) })]),
  'config.choose': z.strictObject({
    cacheDir: path.exactOptional(),
    corpusDir: path.exactOptional(),
    fontsDir: path.exactOptional(),
    fontPrefix: z.string().max(NAME_MAX).exactOptional(),
    fontsPerLine: z.union([z.int().min(1).max(1_000), z.literal('all')]).exactOptional(),
    height: z.int().min(1).max(10_000).exactOptional(),
    splits: z.array(z.string().max(NAME_MAX)).min(1).max(10).exactOptional(),
    maxLines: z.int().min(0).max(COUNT_MAX).exactOptional(),
    indexPrefix: z.string().min(1).max(PATH_MAX).exactOptional(),
    index: z.enum(['full', 'slim']).exactOptional(),
  }),
  'config.draft': z.strictObject({ configId: id, text: z.string().max(10_000), height: z.int().min(16).max(256).exactOptional() }),
  'config.plan': z.strictObject({ ...choices, planId: id }),
  'config.cancelPlan': z.strictObject({ planId: id }),
  'config.generate': z.strictObject({ ...choices, ...RAW_FILE_CHOICES }),
  'sample.start': nothing,
  'sample.damage': z.strictObject({ cacheId: z.int().positive() }),
  'library.open': z.strictObject({ path, kind: z.enum(KIND_IDS).exactOptional() }),
};

export const JOB_SCHEMAS: Schemas<JobMethods> = {
  'jobs.list': nothing,
  'jobs.follow': z.strictObject({ jobId: id }),
  'jobs.unfollow': z.strictObject({ jobId: id }),
  'jobs.cancel': z.strictObject({ jobId: id }),
  'jobs.pause': z.strictObject({ jobId: id }),
  'jobs.resume': z.strictObject({ jobId: id, isPaused: z.literal(true).exactOptional() }),
  'jobs.retryFailed': z.strictObject({ jobId: id }),
};
