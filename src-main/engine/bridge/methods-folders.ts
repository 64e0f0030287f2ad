import { z } from 'zod';
import type { FolderMethods } from '../../contract/folders.ts';
import { WANTED_FILES } from '../../contract/folders.ts';
import type { MethodContext, MethodHandlers } from './methods.ts';

const PATH_MAX = 4096;
const NAME_MAX = 255;

export const FOLDER_SCHEMAS: { readonly [K in keyof FolderMethods]: z.ZodType<FolderMethods[K]['input']> } = {
  'folders.list': z.strictObject({
    path: z
      .string()
      .min(1)
      .max(PATH_MAX)
      .refine((path) => !path.includes('\0'), 'holds a NUL character')
      .nullable(),
    files: z.enum(WANTED_FILES).exactOptional(),
    text: z.string().max(NAME_MAX).exactOptional(),
  }),
};

/** Folders of this machine, for a page that has no dialog of the system. */
export function folderMethods({ engine, roots }: MethodContext): Pick<MethodHandlers, keyof FolderMethods> {
  return { 'folders.list': (request, signal) => engine.listFolder(request, roots, signal) };
}
