import { ENTRY_STATES } from '../../contract/entries.ts';
import type { Engine } from '../../engine/index.ts';
import type { Flag, FlagReader } from './arguments.ts';
import type { Terminal } from './terminal.ts';

export interface CommandContext {
  readonly flags: FlagReader;
  readonly positionals: readonly string[];
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
  /** Opened on first use, so that `--help` touches nothing. */
  engine(): Promise<Engine>;
}

export interface Command {
  readonly name: string;
  readonly aliases?: readonly string[];
  /** Works on a disk that is too full for the catalog. */
  readonly isMakingRoom?: true;
  readonly summary: string;
  /** What stands behind the name: `--config C [--limit N]`. */
  readonly usage: string;
  /** A paragraph, where the summary does not say it all. */
  readonly about?: string;
  readonly flags: readonly Flag[];
  /** Words beside the flags, at most; none where it is not said. */
  readonly words?: number;
  readonly examples: readonly { readonly text: string; readonly does: string }[];
  /** @returns the exit code */
  run(context: CommandContext): Promise<number>;
}

export const JSON_FLAG: Flag = { name: 'json', help: 'one JSON object per line on stdout, the same events the app shows' };
export const YES_FLAG: Flag = { name: 'yes', short: 'y', help: 'go ahead without being asked' };
export const WAIT_FLAG: Flag = { name: 'wait', help: 'when the disk is full, wait for room instead of ending (as it does on a terminal)' };
export const CONFIG_FLAG: Flag = { name: 'config', value: 'FILE', help: 'the YAML config' };
export const CACHE_FLAG: Flag = { name: 'cache', value: 'DIR', aliases: ['cache-dir'], help: 'a cache folder, also one Larder has never seen' };
export const KIND_FLAG: Flag = { name: 'kind', value: 'KIND', help: 'volume or image, where neither the config nor the folder says it' };
export const ONLY_FROM_FLAG: Flag = { name: 'only-from', value: 'FILE', help: 'the same from a file, one name a line; - for stdin' };
/** Which entries are meant, beside their names; read by `matchOf`. */
export const MATCH_FLAGS: readonly Flag[] = [
  { name: 'state', value: 'S', isList: true, help: `only entries in these states: ${ENTRY_STATES.join(', ')}` },
  { name: 'split', value: 'S', help: 'only entries of this split: train, valid or test' },
  { name: 'name', value: 'TEXT', help: 'only entries with this in their name, or at the start of their hash' },
  { name: 'min-size', value: 'SIZE', help: 'only files at least this big, e.g. 10MB' },
  { name: 'max-size', value: 'SIZE', help: 'only files at most this big' },
  { name: 'older', value: 'AGE', help: 'only files made longer ago than, e.g. 30d' },
  { name: 'newer', value: 'AGE', help: 'only files made within the last, e.g. 12h' },
];
export const MATCH_USAGE = '[--state S…] [--split S] [--name TEXT] [--min-size SIZE] [--max-size SIZE] [--older AGE] [--newer AGE]';
export const WORKERS_FLAG: Flag = { name: 'num-workers', short: 'w', value: 'N', aliases: ['workers'], help: 'worker processes at most (default: one per core, as far as the memory holds them)' };
