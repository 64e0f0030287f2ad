/** Lookups of training, as `resources/python/larder_hits.py` counted them. */
export interface HitCount {
  readonly hits: number;
  readonly misses: number;
  /** Of all hits together, and of all misses, each until its picture was stored. */
  readonly hitSeconds: number;
  readonly missSeconds: number;
}

export interface HitGroup extends HitCount {
  /** A split, a font's path, an epoch with its split (`train 3`), or a minute in ISO form. */
  readonly name: string;
  /** What the hits would have taken had they been misses, less what they took; null where nothing was missed to compare with. */
  readonly secondsSaved: number | null;
}

export interface HitReport {
  readonly total: HitGroup;
  readonly bySplit: readonly HitGroup[];
  readonly byFont: readonly HitGroup[];
  readonly byEpoch: readonly HitGroup[];
  readonly byMinute: readonly HitGroup[];
  /** Lines of the logs that could not be read. */
  readonly unreadableLines: number;
}
