/** What a check said about a file that was changed. */
export interface Judged {
  /** What was done to it. */
  readonly damage: string;
  readonly isChanged: boolean;
  readonly findings: readonly string[];
}

/** @returns what is wrong with that verdict; undefined if nothing is */
export function damageViolation({ damage, isChanged, findings }: Judged): string | undefined {
  if (isChanged && findings.length === 0) return `${damage}: the content changed and nothing was found`;
  if (!isChanged && findings.length > 0) return `${damage}: nothing changed and ${findings.join(', ')} was reported`;
  return undefined;
}

/** What is said of a sort that never changes anything: it would count, and try nothing. */
export function changedNothing(damage: string): string {
  return `${damage}: it changed nothing, however often a place was drawn`;
}
