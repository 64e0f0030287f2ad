import type { KindId } from '../contract/entries.ts';

/** A cache the user has opened or made. `null` is not known. */
export interface Cache {
  readonly id: number;
  readonly kind: KindId;
  /** Absolute; a cache is found by it. */
  readonly directory: string;
  readonly label: string | null;
  readonly parametersJson: string | null;
  readonly paramsHash: string | null;
  readonly configPath: string | null;
  /** How many entries the config asks for; `null` before a config was read. */
  readonly requiredCount: number | null;
  readonly addedAtMs: number;
  readonly lastOpenedAtMs: number | null;
  readonly lastVerifiedAtMs: number | null;
  /** Entries of its index when it was last written or read. */
  readonly indexEntries: number | null;
}

/** Found by its directory. Absent fields keep what is known, `null` forgets it. */
export type CacheChange = Pick<Cache, 'kind' | 'directory'> & Partial<Omit<Cache, 'id' | 'kind' | 'directory'>>;
