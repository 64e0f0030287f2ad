import { parseArgs } from 'node:util';
import type { PartId } from './results.ts';
import { PARTS, isPart } from './results.ts';
import type { Sizes } from './synthetic-ct.ts';
import { WHOLE_CT } from './synthetic-ct.ts';

export interface BenchOptions {
  /** Small numbers, the sources instead of the build, nothing written and nothing judged. */
  readonly isQuick: boolean;
  readonly python: string | undefined;
  readonly folder: string | undefined;
  readonly parts: readonly PartId[];
  readonly sizes: Sizes;
  readonly volumes: number;
  /** Of each side. */
  readonly runs: number;
  readonly workers: number;
  readonly files: number;
  readonly rows: number;
  readonly directoryEntries: number;
  /** Of text; entries that are in the cache before. */
  readonly lines: number;
  readonly entriesBefore: number;
}

const FLAGS = {
  quick: { type: 'boolean' }, images: { type: 'boolean' }, forecast: { type: 'boolean' }, only: { type: 'string', multiple: true }, python: { type: 'string' }, folder: { type: 'string' },
  volumes: { type: 'string' }, runs: { type: 'string' }, workers: { type: 'string' }, files: { type: 'string' },
} as const; // prettier-ignore

/** Parts `npm run bench` measures itself; those of the pages come from `npm run bench:ui`. */
const OWN_PARTS = PARTS.filter((part) => part !== 'pages');

/** @throws for an unknown flag, an unknown part, or a value that is no number above 0 */
export function readOptions(argv: readonly string[]): BenchOptions {
  const { values } = parseArgs({ args: [...argv], options: FLAGS });
  const isQuick = values.quick === true;
  const count = (name: 'volumes' | 'runs' | 'workers' | 'files', standard: number): number => {
    const text = values[name];
    if (text !== undefined && !/^[1-9]\d{0,4}$/.test(text)) throw new Error(`--${name} needs a number above 0, not "${text}".`);
    return text === undefined ? standard : Number(text);
  };
  const named = [...(values.only ?? []).flatMap((list) => list.split(',')), ...(values.images === true ? ['images'] : []), ...(values.forecast === true ? ['forecast'] : [])];
  const runs = count('runs', isQuick ? 1 : 5);
  return {
    isQuick,
    python: values.python,
    folder: values.folder,
    // A quick look is no look at forecasts: their jobs take as long as they take.
    parts: named.length === 0 ? OWN_PARTS.filter((part) => !isQuick || part !== 'forecast') : named.map(ownPart),
    sizes: isQuick ? [96, 96, 60] : WHOLE_CT,
    volumes: count('volumes', isQuick ? 2 : 4),
    runs,
    workers: count('workers', 2),
    files: count('files', isQuick ? 6 : 24),
    rows: isQuick ? 100_000 : 1_000_000,
    directoryEntries: isQuick ? 2_000 : 100_000,
    lines: isQuick ? 200 : 2_000,
    entriesBefore: isQuick ? 500 : 5_000,
  };
}

function ownPart(word: string): PartId {
  if (isPart(word) && word !== 'pages') return word;
  throw new Error(`There is no part "${word}"; the parts are ${OWN_PARTS.join(', ')}. Those of the pages are measured by npm run bench:ui.`);
}
