import { z } from 'zod';
import type { EntryMatch } from '../../contract/commands.ts';
import { ENTRY_STATES } from '../../contract/entries.ts';

/** Longest search text and name of a split; names on the Hub are far shorter. */
const TEXT_MAX = 1000;
const SPLIT_MAX = 100;
/** A hundred years; older ages are typing errors. */
const AGE_MAX_MS = 100 * 365 * 86_400_000;

const bytes = z.int().min(0).exactOptional();
const age = z.number().min(0).max(AGE_MAX_MS).exactOptional();

/** What entries have in common. */
export const MATCH_FIELDS = {
  states: z.array(z.enum(ENTRY_STATES)).min(1).max(ENTRY_STATES.length).exactOptional(),
  text: z.string().max(TEXT_MAX).exactOptional(),
  split: z.string().min(1).max(SPLIT_MAX).exactOptional(),
  minSizeBytes: bytes,
  maxSizeBytes: bytes,
  olderThanMs: age,
  newerThanMs: age,
};

export const match: z.ZodType<EntryMatch> = z.strictObject(MATCH_FIELDS);
