/** What a campaign found, and what was done about it. Only what was really met: a campaign that found nothing says so. */
export interface Repair {
  readonly campaign: string;
  /** What was wrong, as its user would have met it. */
  readonly found: string;
  /** What holds now. */
  readonly fixed: string;
}

export const REPAIRS: readonly Repair[] = [];
