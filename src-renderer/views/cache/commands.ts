import type { CacheSummary } from '../../../src-main/contract/commands.ts';
import type { Quarantined } from '../../../src-main/contract/methods.ts';
import { shellWord } from '../../lib/format.ts';

type Target = Pick<CacheSummary, 'configPath' | 'directory'>;

/** A cache in the words of the command line. */
export function targetWords({ configPath, directory }: Target): string {
  return configPath === null ? `--cache ${shellWord(directory)}` : `--config ${shellWord(configPath)}`;
}

/** Words that one line names at most: systems limit its length (32 kB on Windows). More come on stdin. */
const NAMED_IN_LINE = 400;

export interface CommandParts {
  /** Only these entries; all of them if absent. */
  readonly only?: readonly string[];
  /** `--quick` and the like, with a space before each. */
  readonly flags?: string;
}

/**
 * `larder clear … --only a1b2… c3d4…`: always the whole command, since it is copied; what is shown of it is cut by the line.
 * Names that would be taken for flags come on stdin.
 */
export function commandFor(verb: string, cache: Target, { only = [], flags = '' }: CommandParts = {}): string {
  const command = `larder ${verb} ${targetWords(cache)}`;
  if (only.length === 0) return `${command}${flags}`;
  return only.length > NAMED_IN_LINE || only.some((name) => name.startsWith('-')) ? `${command}${flags} --only-from - ${onStdin(only)}` : `${command} --only ${only.map(shellWord).join(' ')}${flags}`;
}

/** `larder quarantine purge ID… --config …`, or `--all` */
export function quarantineCommand(verb: 'restore' | 'purge', cache: Target, what: Quarantined, flag: '--replace' | '--yes'): string {
  if ('all' in what) return `larder quarantine ${verb} --all ${targetWords(cache)} ${flag}`;
  const { ids } = what;
  if (ids.length > NAMED_IN_LINE) return `larder quarantine ${verb} ${targetWords(cache)} ${flag} --ids-from - ${onStdin(ids)}`;
  return `larder quarantine ${verb} ${ids.map(shellWord).join(' ')} ${targetWords(cache)} ${flag}`;
}

function onStdin(names: readonly string[]): string {
  return ["<<'END'", ...names, 'END'].join('\n');
}
