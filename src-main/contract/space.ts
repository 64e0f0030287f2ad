/** What can be given up to make room, and how. */
export type RemedyKind = 'quarantine' | 'raw-files' | 'leftovers' | 'foreign' | 'old' | 'previews';

export interface SpaceRemedy {
  readonly kind: RemedyKind;
  readonly bytes: number;
  readonly files: number;
  /** The folder it is about. */
  readonly directory: string;
  /** The cache it is about, where there is one. */
  readonly cacheId: number | null;
  /** What does it, to be copied; null where there is none. */
  readonly command: string | null;
}

/** Why a job has no room, with numbers. */
export interface SpaceShortage {
  /** Where something could not be written. */
  readonly directory: string;
  /** What the next step needs, at least. */
  readonly neededBytes: number;
  readonly freeBytes: number;
  /** `bytes`; `inodes` where no further file can be made; `quota` where the system says so, or refuses although the disk has room. */
  readonly lacks: 'bytes' | 'inodes' | 'quota';
  /** What would free how much, most first. */
  readonly remedies: readonly SpaceRemedy[];
}
