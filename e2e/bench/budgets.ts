import type { Figure, Section } from './figure.ts';
import { isMet } from './figure.ts';
import type { PartId, Results } from './results.ts';

/** A promise of the design, with the figures that keep it or do not. */
export interface PromisedBudget {
  readonly promise: string;
  readonly part: PartId;
  /** Which figures of the part; all that have a budget where absent. */
  readonly figures?: RegExp;
}

/** Every budget, in the order in which they were promised. */
export const PROMISES: readonly PromisedBudget[] = [
  { promise: "Preprocessing at 9 times MONAI's speed, at least", part: 'pipeline', figures: /worker/ },
  { promise: 'A worker takes 250 MB, at most', part: 'pipeline', figures: /memory/ },
  { promise: 'Deep verify is not slower than loading every file with `torch.load`', part: 'verify' },
  { promise: 'A catalog of 1,000,000 entries: any page, sort or search within 50 ms', part: 'catalog' },
  { promise: 'Opening a directory of 100,000 entries shows its first page within a second', part: 'directory' },
  { promise: 'A list of 1,000,000 names is read within 3 s', part: 'list' },
  { promise: 'Rendered lines: 15 times the original, and two workers make 1.6 times what one does', part: 'images', figures: /line|worker/ },
  { promise: 'An image cache of 100,000 entries: its index within 2 s, a search by part of a text within 50 ms', part: 'images', figures: /^(?!.*(line|worker))/ },
  { promise: 'Forecasts: disk within 2 %, in 9 of 10 jobs', part: 'forecast', figures: /^disk within/ },
  { promise: 'Forecasts: time within 15 %, in 9 of 10 jobs', part: 'forecast', figures: /^time within \d/ },
  { promise: 'The app is usable 1.5 s after its start', part: 'pages', figures: /cold start/ },
  { promise: 'Scrolling never drops below 50 frames a second', part: 'pages', figures: /scrolling, the slowest/ },
  { promise: 'The other budgets of the pages', part: 'pages', figures: /^(?!.*(cold start|scrolling))/ },
];

export interface JudgedBudget {
  readonly promise: string;
  /** Undefined where the part has not been measured. */
  readonly met: number | undefined;
  readonly missed: readonly string[];
}

export function judge({ promise, part, figures }: PromisedBudget, results: Results): JudgedBudget {
  const section: Section | undefined = results[part]?.section;
  if (section === undefined) return { promise, met: undefined, missed: [] };
  const judged: readonly Figure[] = section.figures.filter((figure) => figure.budget !== undefined && figures?.test(figure.name) !== false);
  // The figure that keeps this promise may be newer than what was measured last.
  if (judged.length === 0) return { promise, met: undefined, missed: [] };
  const missed = judged.filter((figure) => isMet(figure) === false).map(({ name }) => name);
  return { promise, met: judged.length - missed.length, missed };
}
