import type { EntryMatch } from '../../../src-main/contract/commands.ts';
import type { CommandParts } from './commands.ts';

/** Everything that a list on the screen shows: it is said what they have in common, not which they are. */
export interface Matched {
  readonly matching: EntryMatch;
  /** As many as there are now. */
  readonly count: number;
  /** The same for the command line, with a space before each flag. */
  readonly flags: string;
}

/** What an action is about. */
export type Chosen = { readonly keys: readonly string[] } | Matched;

/** What it is in a call; nothing where it is about the whole cache. */
export function chosenInput(chosen: Chosen): { readonly only: readonly string[] } | { readonly matching: EntryMatch };
export function chosenInput(chosen: Chosen | undefined): { readonly only?: readonly string[] } | { readonly matching: EntryMatch };
export function chosenInput(chosen: Chosen | undefined): { readonly only?: readonly string[] } | { readonly matching: EntryMatch } {
  if (chosen === undefined) return {};
  return 'keys' in chosen ? { only: chosen.keys } : { matching: chosen.matching };
}

/** What it is in a command. @param flags the rest of them, with a space before each */
export function chosenParts(chosen: Chosen | undefined, flags: string): CommandParts {
  if (chosen === undefined) return { flags };
  return 'keys' in chosen ? { only: chosen.keys, flags } : { flags: `${chosen.flags}${flags}` };
}

export function countOf(chosen: Chosen): number {
  return 'keys' in chosen ? chosen.keys.length : chosen.count;
}
