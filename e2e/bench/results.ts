import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Section } from './figure.ts';
import type { Facts } from './report.ts';

/** What a run measured of one part; kept until the part runs again. */
export interface PartResult {
  /** Day of the measurement, `2026-01-31`. */
  readonly date: string;
  readonly facts: Facts;
  readonly section: Section;
}

export type Results = Readonly<Partial<Record<PartId, PartResult>>>;

/** In the order of the document. */
export const PARTS = ['pipeline', 'verify', 'catalog', 'directory', 'list', 'images', 'forecast', 'pages'] as const;
export type PartId = (typeof PARTS)[number];

const FILE = join(import.meta.dirname, 'results.json');

export function isPart(word: string): word is PartId {
  return PARTS.some((part) => part === word);
}

/** What earlier runs have left; nothing where there was none. */
export async function readResults(file: string = FILE): Promise<Results> {
  try {
    // Written by this program alone, beside its sources.
    return JSON.parse(await readFile(file, 'utf8')) as Results;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
}

/** Keeps a part in place of what was measured of it before. */
export async function keepResult(part: PartId, result: PartResult, file: string = FILE): Promise<Results> {
  const all = { ...(await readResults(file)), [part]: result };
  const ordered = Object.fromEntries(PARTS.flatMap((id) => (all[id] === undefined ? [] : [[id, all[id]]])));
  await writeFile(file, `${JSON.stringify(ordered, null, 1)}\n`);
  return ordered;
}
