import type { CacheSummary } from '../../../src-main/contract/commands.ts';
import { shellWord } from '../../lib/format.ts';

/** A cache in the words of the command line. */
export function targetWords({ configPath, directory }: Pick<CacheSummary, 'configPath' | 'directory'>): string {
  return configPath === null ? `--cache ${shellWord(directory)}` : `--config ${shellWord(configPath)}`;
}

/** `larder clear … --only a1b2… --only …`: always the whole command, since it is copied; what is shown of it is cut by the line. */
export function commandFor(verb: string, cache: Pick<CacheSummary, 'configPath' | 'directory'>, keys: readonly string[] = []): string {
  return `larder ${verb} ${targetWords(cache)}${keys.map((key) => ` --only ${shellWord(key)}`).join('')}`;
}
