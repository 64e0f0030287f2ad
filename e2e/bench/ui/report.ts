import { cpus, loadavg, totalmem } from 'node:os';
import type { Section } from '../figure.ts';
import { median } from '../figure.ts';

export interface UiFigure {
  readonly name: string;
  readonly unit: 'ms' | 'MB' | 'frames/s';
  readonly values: readonly number[];
  /** Upper bound; of a rate the lower one. */
  readonly budget: number;
}

/** What is judged: the middle of the runs. */
export function isMet({ values, unit, budget }: UiFigure): boolean {
  return unit === 'frames/s' ? median(values) >= budget : median(values) <= budget;
}

/** @param versions what it was measured with, for example `Chromium 140` */
export function renderUiReport(figures: readonly UiFigure[], versions: string): string {
  const lines = [
    '# Benchmarks of the pages',
    '',
    'Written by `npm run bench:ui`: the built app behind `larder serve`, in a headless Chromium that draws in software: lists as browsers without graphics put them together, volumes in an emulated WebGL. Each value is a run of its own, the middle one is judged.',
    '',
    `${cpus()[0]?.model.trim() ?? 'unknown CPU'}, ${cpus().length} cores, ${(totalmem() / 1e9).toFixed(0)} GB; ${versions}; load average ${loadavg()[0]!.toFixed(1)} when the run ended.`,
    '',
    ...busyNote(loadavg()[0]!),
    '| What | Median | Runs | Budget | |',
    '|---|---:|---|---:|---|',
    ...figures.map((figure) => `| ${figure.name} | ${shown(median(figure.values))} ${figure.unit} | ${figure.values.map(shown).join(', ')} | ${figure.unit === 'frames/s' ? '≥' : '≤'} ${figure.budget} | ${isMet(figure) ? 'met' : '**missed**'} |`),
    '',
    '- Runs stand in the order they were made. The first sort comes right after the list was opened, and the median hides what it costs.',
    '- *Rows* is the time from the click or key, inside the page, until the first row is another one.',
    '- *Pauses* of the main process are how late its event loop was, by Node\'s own monitor, from the start of both jobs to their end.',
    '- *Memory* is the private memory of the page\'s process, after dragging through the whole list and back.',
    '',
  ];
  return lines.join('\n');
}

function shown(value: number): string {
  return value.toFixed(value < 10 ? 1 : 0);
}

/** A machine that does other things is no measure. */
function busyNote(load: number): string[] {
  if (load <= 2 * cpus().length) return [];
  return [`The machine was busy with other work: ${load.toFixed(0)} processes wanted its ${cpus().length} cores. Only a run on a quiet machine tells whether the budgets of times and rates hold.`, ''];
}

/** The same for the page of all budgets. */
export function pagesSection(figures: readonly UiFigure[]): Section {
  return {
    title: 'Pages',
    about: 'From `npm run bench:ui`; how, and every run, is in [ui-benchmarks.md](ui-benchmarks.md).',
    figures: figures.map(({ name, unit, values, budget }) => ({ name, unit, better: unit === 'frames/s' ? 'more' : 'less', larder: values, budget: { of: 'value', bound: budget } })),
  };
}
