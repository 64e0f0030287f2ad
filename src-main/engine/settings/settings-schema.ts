import { z } from 'zod';
import type { Settings } from '../../contract/settings.ts';
import { SETTING_BOUNDS, THEMES } from '../../contract/settings.ts';

const ADDRESS_MAX = 2_000;
const PATH_MAX = 4_096;
const address = z.string().min(1).max(ADDRESS_MAX).nullable();
const whole = ([low, high]: readonly [number, number]) => z.int().min(low).max(high);

/** The form of the settings; what the values mean is checked when they are changed. */
export const SETTINGS_SCHEMA = z.strictObject({
  endpoint: address,
  proxy: address,
  caFile: z.string().min(1).max(PATH_MAX).nullable(),
  hfHome: z.string().min(1).max(PATH_MAX).nullable(),
  workers: whole(SETTING_BOUNDS.workers).nullable(),
  memoryBytes: whole(SETTING_BOUNDS.memoryBytes).nullable(),
  previewBytes: whole(SETTING_BOUNDS.previewBytes),
  theme: z.enum(THEMES),
  ignoreGpuBlocklist: z.boolean(),
} satisfies { readonly [K in keyof Settings]: z.ZodType<Settings[K]> });

export const SETTINGS_CHANGE_SCHEMA: z.ZodType<Partial<Settings>> = z.strictObject(
  Object.fromEntries(Object.entries(SETTINGS_SCHEMA.shape).map(([name, schema]) => [name, schema.exactOptional()])),
) as z.ZodType<Partial<Settings>>;
