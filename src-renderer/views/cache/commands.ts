import type { CacheSummary } from '../../../src-main/contract/commands.ts';
import { shellWord } from '../../lib/format.ts';

/** Keys a command to copy spells out; more would be no line any more. */
const KEYS_SPELLED = 20;

/** A cache in the words of the command line. */
export function targetWords({ configPath, directory }: Pick<CacheSummary, 'configPath' | 'directory'>): string {
  return configPath === null ? `--cache ${shellWord(directory)}` : `--config ${shellWord(configPath)}`;
}

/** `larder clear … --only a1b2… --only …` */
export function commandFor(verb: string, cache: Pick<CacheSummary, 'configPath' | 'directory'>, keys: readonly string[] = []): string {
  const spelled = keys.slice(0, KEYS_SPELLED).map((key) => ` --only ${shellWord(key)}`);
  return `larder ${verb} ${targetWords(cache)}${spelled.join('')}${keys.length > KEYS_SPELLED ? ' …' : ''}`;
}
