import type { KindId } from './entries.ts';
import type { ParameterLine } from './plan.ts';

/** One thing wrong with a config, at its place. */
export interface ConfigProblem {
  readonly severity: 'error' | 'warning';
  readonly file: string;
  /** Both counted from 1. */
  readonly line: number;
  readonly column: number;
  /** As in `image_processing.clip_hu_min` or `image_processing.target_spacing[1]`; empty for the file as a whole. */
  readonly path: string;
  /** What is wrong. */
  readonly message: string;
  /** What would be right. */
  readonly allowed?: string;
}

/** A path of a config as it was resolved: `raw files`, `/data/raw`. */
export interface NamedPath {
  readonly name: string;
  readonly path: string;
}

/** What a config without errors says. */
export interface ConfigFacts {
  readonly kind: KindId;
  /** Absolute; the entries are in it. Its last part is the hash of the parameters. */
  readonly directory: string;
  readonly parameters: readonly ParameterLine[];
  readonly paths: readonly NamedPath[];
  readonly repository: string | null;
  /** Entries that are in the directory now; null where there is no directory yet. */
  readonly present: number | null;
}

/** A config that was looked at; nothing on disk is changed. */
export interface CheckedConfig {
  /** The file it is in, or will be kept in when a job needs it. */
  readonly path: string;
  /** True for a text that has no file of its own. */
  readonly isText: boolean;
  readonly text: string;
  /** Where relative paths of the config start. */
  readonly cwd: string;
  /** In order of the file; those of a `.env` beside it behind. */
  readonly problems: readonly ConfigProblem[];
  /** Null where one of the problems is an error. */
  readonly facts: ConfigFacts | null;
}
