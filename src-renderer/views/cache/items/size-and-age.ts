import type { ItemsQuery } from './use-row-pages.ts';

/** As they were typed; empty is no bound. */
export interface BoundTexts {
  readonly minSize: string;
  readonly maxSize: string;
  readonly older: string;
  readonly newer: string;
}

export const NO_BOUNDS: BoundTexts = { minSize: '', maxSize: '', older: '', newer: '' };

type BoundName = keyof BoundTexts;
export const BOUND_NAMES = Object.keys(NO_BOUNDS) as readonly BoundName[];

const UNIT_MS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;
const QUERY: Readonly<Record<BoundName, 'minSizeBytes' | 'maxSizeBytes' | 'olderThanMs' | 'newerThanMs'>> = { minSize: 'minSizeBytes', maxSize: 'maxSizeBytes', older: 'olderThanMs', newer: 'newerThanMs' };
const FLAGS: Readonly<Record<BoundName, string>> = { minSize: 'min-size', maxSize: 'max-size', older: 'older', newer: 'newer' };

/** `33MB`, `500`, `2GiB` as bytes, as the command line reads them. */
function bytesOf(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*(?:([kMGT])(i?)B?|B)?$/i.exec(text);
  if (match === null) return undefined;
  const power = match[2] === undefined ? 0 : 'kmgt'.indexOf(match[2].toLowerCase()) + 1;
  return Math.round(Number(match[1]) * (match[3] ? 1024 : 1000) ** power);
}

/** `90s`, `12h`, `30d` as milliseconds. */
function ageOf(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)([smhdw])$/.exec(text);
  return match === null ? undefined : Number(match[1]) * UNIT_MS[match[2] as keyof typeof UNIT_MS];
}

function valueOf(name: BoundName, text: string): number | undefined {
  return name === 'minSize' || name === 'maxSize' ? bytesOf(text.trim()) : ageOf(text.trim());
}

/** What is wrong with a bound that was typed, or null. */
export function boundProblem(name: BoundName, text: string): string | null {
  if (text.trim() === '' || valueOf(name, text) !== undefined) return null;
  return name === 'minSize' || name === 'maxSize' ? 'A size, such as 33MB.' : 'An age, such as 12h or 30d.';
}

/** Bounds that are set and can be read. */
function set(texts: BoundTexts): readonly BoundName[] {
  return BOUND_NAMES.filter((name) => valueOf(name, texts[name]) !== undefined);
}

export function boundsQuery(texts: BoundTexts): Pick<ItemsQuery, 'minSizeBytes' | 'maxSizeBytes' | 'olderThanMs' | 'newerThanMs'> {
  return Object.fromEntries(set(texts).map((name) => [QUERY[name], valueOf(name, texts[name])]));
}

/** The same on the command line, with a space before each flag. */
export function boundsFlags(texts: BoundTexts): string {
  return set(texts)
    .map((name) => ` --${FLAGS[name]} ${texts[name].trim().replaceAll(/\s+/g, '')}`)
    .join('');
}

export function countBounds(texts: BoundTexts): number {
  return set(texts).length;
}
