import type { BenchFigure } from './catalog.ts';
import { benchCatalog } from './catalog.ts';
import type { Figure, Section } from './figure.ts';
import { counted } from './report.ts';

/** One figure out of the same figure of every run. */
function asFigure(runs: readonly BenchFigure[]): Figure {
  const { name, unit, budget } = runs[0]!;
  const larder = runs.map(({ value }) => value);
  return { name, unit, better: unit.endsWith('/s') ? 'more' : 'less', larder, ...(budget === undefined ? {} : { budget: { of: 'value', bound: budget } }) };
}

export async function catalogSection(rows: number, runs: number): Promise<Section> {
  const all: BenchFigure[][] = [];
  for (let run = 0; run < runs; run++) all.push(await benchCatalog(rows));
  return {
    title: 'Catalog',
    about: [
      `SQLite on this disk, ${counted(rows, 'entry', 'entries')} in one cache beside another of a tenth.`,
      'A window is what a virtual table asks for: 60 rows anywhere in the sorted, filtered list; where ten windows were asked for, the slowest counts.',
    ].join(' '),
    figures: all[0]!.map((_, index) => asFigure(all.map((figures) => figures[index]!))),
  };
}
