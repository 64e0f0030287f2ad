/** What a portion of a full dose is given to work with. */
export interface PortionContext {
  /** Of this portion alone; made of the printed one, the part and where it begins. */
  readonly seed: number;
  /** As it was printed, the same in every portion: for what several parts are to do alike. */
  readonly printedSeed: number;
  /** How many of the part were done before. */
  readonly from: number;
  readonly count: number;
  readonly python: string | undefined;
}

export interface PortionOutcome {
  /** In the unit of the part; less than was asked only where the part ended. */
  readonly done: number;
  /** True where there is nothing behind: a walk that met its fault no more. */
  readonly isEnd?: boolean;
  readonly violations: readonly string[];
  /** Counts that add up over portions, by what they count. */
  readonly figures?: Readonly<Record<string, number>>;
  /** What only the last portion can say. */
  readonly note?: string;
}

/** One sort of thing a full dose tries so many times, in portions of about a minute: what is lost when it is stopped. */
export interface Part {
  /** Unique in its campaign. */
  readonly name: string;
  /** What is counted; parts with the same unit are told as one. */
  readonly unit: string;
  /** How many make the full dose; undefined for a walk, which goes on until there is nothing more to meet. */
  readonly asked: number | undefined;
  readonly portion: number;
  /** Why it cannot be done here; undefined where it can. */
  problem?(context: Pick<PortionContext, 'python'>): string | undefined;
  run(context: PortionContext): Promise<PortionOutcome>;
}
