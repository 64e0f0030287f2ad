import { cpus, totalmem } from 'node:os';
import type { Section } from '../figure.ts';
import { median } from '../figure.ts';

export interface UiFigure {
  readonly name: string;
  readonly unit: 'ms' | 'MB' | 'frames/s';
  readonly values: readonly number[];
  /** Upper bound; of a rate the lower one. */
  readonly budget?: number;
  /** The runs are different things, each of which must hold. */
  readonly isWorstJudged?: boolean;
}

export interface MeasuredPart {
  readonly part: string;
  readonly browserVersion: string;
  /** Cores that other work took when it began. */
  readonly othersCores: number;
  readonly figures: readonly UiFigure[];
}

/** The middle of the runs, unless each of them counts. */
function judged({ values, unit, isWorstJudged = false }: UiFigure): number {
  if (!isWorstJudged) return median(values);
  return unit === 'frames/s' ? Math.min(...values) : Math.max(...values);
}

export function isMet(figure: UiFigure): boolean {
  if (figure.budget === undefined) return true;
  return figure.unit === 'frames/s' ? judged(figure) >= figure.budget : judged(figure) <= figure.budget;
}

/**
 * @param versions what it was measured with, for example `Chromium 140`
 * @param parts in their order
 */
export function renderUiReport(figures: readonly UiFigure[], versions: string, parts: readonly Pick<MeasuredPart, 'part' | 'othersCores'>[]): string {
  const othersWords = parts.map(({ part, othersCores }) => `${othersCores.toFixed(1)} before \`${part}\``).join(', ');
  const lines = [
    '# Benchmarks of the pages',
    '',
    'Written by `npm run bench:ui`: the built app behind `larder serve`, in a headless Chromium that draws in software: lists as browsers without graphics put them together, volumes in an emulated WebGL. The browser and the servers are in one session of the system, as the pages and the rest of the app are: a Linux that divides its cores between sessions first (`sched_autogroup_enabled`) would have the two wait for each other. Each value is a run of its own; the middle one is judged. Of what is done first each value is the middle of five runs of one action, and the worst is judged. Each part (`start`, `lists`, `volumes`, `busy`) has browsers, servers and a folder of its own, and begins when all that was written before is on the disk.',
    '',
    `${cpus()[0]?.model.trim() ?? 'unknown CPU'}, ${cpus().length} cores, ${(totalmem() / 1e9).toFixed(0)} GB; ${versions}; cores that other work took: ${othersWords}.`,
    '',
    ...busyNote(Math.max(...parts.map(({ othersCores }) => othersCores))),
    '| What | Judged | Runs | Budget | |',
    '|---|---:|---|---:|---|',
    ...figures.map((figure) => `| ${figure.name} | ${shown(judged(figure))} ${figure.unit} | ${figure.values.map(shown).join(', ')} | ${figure.budget === undefined ? ' | ' : `${figure.unit === 'frames/s' ? '≥' : '≤'} ${figure.budget} | ${isMet(figure) ? 'met' : '**missed**'}`} |`),
    '',
    '- Runs stand in the order they were made. What is done *first* comes right after the list was opened, behind a server that was just started and in a browser that has shown the library of another one before: by name, a search, a filter, by key, by state, by size, five times in turn.',
    '- *First slice* and *NiiVue ready*: five times a server that was just started, without any picture made before; the files lie in the page cache. A volume is ready when the graphics have drawn it, which where they are software is long after they were asked to.',
    '- *Rows* is the time from the click or key, inside the page, until the first row is another one.',
    '- *Pauses* of the main process are how late its event loop was, by Node\'s own monitor, from the start of both jobs to their end; five times both jobs. What was *not waiting for a core* leaves out the time in which the main process was ready to run and the browser that draws in software, the hub of the bench or the workers had all cores, as the kernel counts it. It still has the time in which a thread of the process that the main one waited for had no core: waking one of several, some versions of glibc wait until those woken before have run. *Work* is the time of a core that the main process took between two turns of its loop, the longest: what the program itself would keep a page waiting for on a machine with nothing else to do.',
    '- *Memory* is the private memory of the page\'s process, after dragging through the whole list: once of the page that had done all of the above, and of pages that were just opened.',
    '',
  ];
  return lines.join('\n');
}

/** Below it, a machine counts as quiet. */
const QUIET_CORES = 0.2;

function shown(value: number): string {
  return value.toFixed(value < 10 ? 1 : 0);
}

/** A machine that does other things is no measure. */
function busyNote(othersCores: number): string[] {
  if (othersCores < QUIET_CORES) return [];
  return [`The machine was busy with other work. Only a run on a quiet machine tells whether the budgets of times and rates hold.`, ''];
}

/** The same for the page of all budgets. */
export function pagesSection(figures: readonly UiFigure[]): Section {
  return {
    title: 'Pages',
    about: 'From `npm run bench:ui`; how, and every run, is in [ui-benchmarks.md](ui-benchmarks.md).',
    figures: figures.map(({ name, unit, values, budget, isWorstJudged }) => ({ name: isWorstJudged === true ? `${name}; the worst of ${values.length}` : name, unit, better: unit === 'frames/s' ? 'more' : 'less', larder: isWorstJudged === true ? [judged({ name, unit, values, isWorstJudged })] : values, ...(budget === undefined ? {} : { budget: { of: 'value' as const, bound: budget } }) })),
  };
}
