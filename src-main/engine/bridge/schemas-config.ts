import { z } from 'zod';
import type { ConfigMethods, JobMethods } from '../../contract/methods-config.ts';

/** As long as a config may be; the reader refuses longer ones with a message of its own. */
const CONFIG_TEXT_MAX = 512 * 1024;
const PATH_MAX = 4096;
const NAME_MAX = 255;
const COUNT_MAX = 100_000_000;

const nothing = z.strictObject({});
const id = z.string().regex(/^[0-9a-zA-Z-]{1,40}$/, 'is no id');
const path = z.string().min(1).max(PATH_MAX).refine((text) => !text.includes('\0'), 'holds a NUL character');
const choices = {
  configId: id,
  limit: z.int().min(1).max(COUNT_MAX).exactOptional(),
  batchSize: z.int().min(1).max(100_000).exactOptional(),
  numWorkers: z.int().min(1).max(1024).exactOptional(),
};

type Schemas<M> = { readonly [K in keyof M]: M[K] extends { readonly input: infer I } ? z.ZodType<I> : never };

export const CONFIG_SCHEMAS: Schemas<ConfigMethods> = {
  'config.check': z.union([z.strictObject({ path }), z.strictObject({ text: z.string().max(CONFIG_TEXT_MAX), name: z.string().max(NAME_MAX) })]),
  'config.plan': z.strictObject({ ...choices, planId: id }),
  'config.planProgress': z.strictObject({ planId: id }),
  'config.cancelPlan': z.strictObject({ planId: id }),
  'config.generate': z.strictObject({ ...choices, cleanLocalRawFiles: z.boolean().exactOptional(), format: z.enum(['monai', 'tensor']).exactOptional() }),
  'sample.start': nothing,
  'library.open': z.strictObject({ path }),
};

export const JOB_SCHEMAS: Schemas<JobMethods> = {
  'jobs.list': nothing,
  'jobs.detail': z.strictObject({ jobId: id }),
  'jobs.cancel': z.strictObject({ jobId: id }),
  'jobs.pause': z.strictObject({ jobId: id }),
  'jobs.resume': z.strictObject({ jobId: id }),
  'jobs.retryFailed': z.strictObject({ jobId: id }),
};
