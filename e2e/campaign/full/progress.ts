import { createHash } from 'node:crypto';
import type { Part, PortionOutcome } from './part.ts';

export interface PartProgress {
  readonly done: number;
  readonly isEnded: boolean;
  readonly note?: string;
}

/** A portion that found something; it is tried again first, and goes when it holds. */
export interface BrokenPortion {
  readonly part: string;
  readonly from: number;
  readonly count: number;
  readonly violations: readonly string[];
}

/** How far the full dose of a campaign has come, over all starts with one seed. */
export interface FullProgress {
  readonly seed: number;
  /** Of work, summed over portions. */
  readonly minutes: number;
  /** Starts that finished a portion. */
  readonly runs: number;
  /** `2026-01-31`, of the first and the last portion. */
  readonly firstDate: string;
  readonly lastDate: string;
  readonly parts: Readonly<Record<string, PartProgress>>;
  readonly figures: Readonly<Record<string, number>>;
  readonly broken: readonly BrokenPortion[];
  /** Portions that found something, were tried again, and then held; absent in what was written before they were counted. */
  readonly heldAgain?: number;
}

/** Without what was counted by a part that is no more: what it tried is tried otherwise now, under another name. */
export function ofParts(progress: FullProgress, parts: readonly Pick<Part, 'name'>[]): FullProgress {
  const names = new Set(parts.map(({ name }) => name));
  return { ...progress, parts: Object.fromEntries(Object.entries(progress.parts).filter(([name]) => names.has(name))), broken: progress.broken.filter(({ part }) => names.has(part)) };
}

export interface Portion {
  readonly part: string;
  readonly from: number;
  readonly count: number;
  /** It was done before and found something. */
  readonly isAgain: boolean;
}

const NOT_BEGUN: PartProgress = { done: 0, isEnded: false };

export function beginProgress(seed: number, date: string): FullProgress {
  return { seed, minutes: 0, runs: 0, firstDate: date, lastDate: date, parts: {}, figures: {}, broken: [] };
}

/** Seed of one portion: the same whatever was done before it, and on whatever day. */
export function portionSeed(seed: number, campaign: string, { part, from }: Pick<Portion, 'part' | 'from'>): number {
  return createHash('sha256').update(`${seed}\n${campaign}\n${part}\n${from}`).digest().readUInt32LE(0) >>> 1;
}

/**
 * What is to be done next: first what found something, then the part that has had the fewest portions.
 *
 * @param taken parts of which a portion is under way; a part is done in its order, so that nothing is left out between two
 */
export function nextPortion(parts: readonly Part[], progress: FullProgress, taken: ReadonlySet<string>, triedAgain: ReadonlySet<string>): Portion | undefined {
  const broken = progress.broken.find((one) => !taken.has(one.part) && !triedAgain.has(placeOf(one)) && parts.some(({ name }) => name === one.part));
  if (broken !== undefined) return { part: broken.part, from: broken.from, count: broken.count, isAgain: true };
  const due = parts
    .filter((part) => !taken.has(part.name) && !isPartEnded(part, progress))
    .map((part) => ({ part, done: progress.parts[part.name]?.done ?? 0 }))
    .toSorted((a, b) => a.done / a.part.portion - b.done / b.part.portion);
  const [first] = due;
  if (first === undefined) return undefined;
  return { part: first.part.name, from: first.done, count: Math.min(first.part.portion, (first.part.asked ?? Infinity) - first.done), isAgain: false };
}

/** Where a portion lies, as one word. */
export function placeOf({ part, from }: Pick<Portion, 'part' | 'from'>): string {
  return `${part}@${from}`;
}

export function isPartEnded(part: Part, { parts }: Pick<FullProgress, 'parts'>): boolean {
  const { done, isEnded } = parts[part.name] ?? NOT_BEGUN;
  return isEnded || (part.asked !== undefined && done >= part.asked);
}

/** True if nothing is left to do and nothing found something. */
export function isWhole(parts: readonly Part[], progress: FullProgress): boolean {
  return progress.broken.length === 0 && parts.every((part) => isPartEnded(part, progress));
}

/** What is known after a portion. */
export function withPortion(progress: FullProgress, portion: Portion, outcome: PortionOutcome, minutes: number, date: string): FullProgress {
  const before = progress.parts[portion.part] ?? NOT_BEGUN;
  const note = outcome.note ?? before.note;
  const now: PartProgress = { done: portion.isAgain ? before.done : before.done + outcome.done, isEnded: before.isEnded || outcome.isEnd === true, ...(note === undefined ? {} : { note }) };
  const others = progress.broken.filter((one) => placeOf(one) !== placeOf(portion));
  const broken = outcome.violations.length === 0 ? others : [...others, { part: portion.part, from: portion.from, count: outcome.done, violations: outcome.violations }];
  // What was tried again is counted once.
  const figures = portion.isAgain ? progress.figures : summed(progress.figures, outcome.figures ?? {});
  const heldAgain = (progress.heldAgain ?? 0) + (portion.isAgain && outcome.violations.length === 0 ? 1 : 0);
  return { ...progress, ...(heldAgain > 0 ? { heldAgain } : {}), minutes: Math.round((progress.minutes + minutes) * 100) / 100, lastDate: date, parts: { ...progress.parts, [portion.part]: now }, figures, broken };
}

function summed(a: Readonly<Record<string, number>>, b: Readonly<Record<string, number>>): Record<string, number> {
  const sum: Record<string, number> = { ...a };
  for (const [name, count] of Object.entries(b)) sum[name] = (sum[name] ?? 0) + count;
  return sum;
}
