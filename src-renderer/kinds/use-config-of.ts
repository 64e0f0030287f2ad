import { usePage } from '../state/index.ts';

/** Path of the config that makes a cache, where one is known. */
export function useConfigOf(directory: string): string | null {
  return usePage(({ mirror }) => mirror.library.find((cache) => cache.directory === directory)?.configPath ?? null);
}
