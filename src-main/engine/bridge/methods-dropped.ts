import { z } from 'zod';
import type { DroppedMethods } from '../../contract/dropped.ts';
import { HEAD_BYTES, LIST_TEXT_MAX } from '../../contract/dropped.ts';
import type { MethodContext, MethodHandlers } from './methods.ts';

const PATH_MAX = 4096;
const NAME_MAX = 255;
const noNul = (text: string): boolean => !text.includes('\0');
const name = z.string().min(1).max(NAME_MAX).refine(noNul, 'holds a NUL character');

export const DROPPED_SCHEMAS: { readonly [K in keyof DroppedMethods]: z.ZodType<DroppedMethods[K]['input']> } = {
  'dropped.look': z.union([
    z.strictObject({ path: z.string().min(1).max(PATH_MAX).refine(noNul, 'holds a NUL character') }),
    z.strictObject({ name, text: z.string().max(LIST_TEXT_MAX) }),
    z.strictObject({ name, head: z.base64().max(Math.ceil(HEAD_BYTES / 3) * 4) }),
    z.strictObject({ name }),
  ]),
};

/** What a page asks about something that was dropped on it. */
export function droppedMethods({ engine }: MethodContext): Pick<MethodHandlers, keyof DroppedMethods> {
  return { 'dropped.look': (input, signal) => engine.look(input, signal) };
}
