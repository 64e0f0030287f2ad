/** Bounds of one answer. */
export const ANSWER_MS = 5_000;
/** Resident memory of the process that reads, megabytes: Node itself takes about 100. */
export const MEMORY_MB = 700;

/** How one hostile file was answered. */
export interface Answered {
  /** What it was, so that it can be made again. */
  readonly what: string;
  /** `sound`, a finding or error by its stable code, or `threw …` for anything else. */
  readonly answer: string;
  readonly ms: number;
}

const BY_NAME = /^(?:sound|[a-z][a-z0-9-]*|[A-Z][A-Z_]*)$/;

/** @returns what is wrong with the answer; undefined if nothing is */
export function hostileViolation({ what, answer, ms }: Answered): string | undefined {
  if (answer === 'INTERNAL' || !BY_NAME.test(answer)) return `${what}: ${answer}`;
  if (ms > ANSWER_MS) return `${what}: answered after ${(ms / 1000).toFixed(1)} s`;
  return undefined;
}
