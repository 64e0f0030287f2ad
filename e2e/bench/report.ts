import type { Figure, Section } from './figure.ts';
import { isMet, median, ratioOf } from './figure.ts';

/** Facts about where and with what was measured, in the order they are shown. */
export type Facts = readonly (readonly [name: string, value: string])[];

/** Three significant digits, never an exponent, thousands set apart. */
export function formatNumber(value: number): string {
  const digits = value === 0 ? 0 : Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return value.toLocaleString('en-US', { minimumFractionDigits: Math.min(digits, 3), maximumFractionDigits: Math.min(digits, 3) });
}

/** `1 volume`, `4 volumes`. */
export function counted(count: number, one: string, several = `${one}s`): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? one : several}`;
}

/** Runs of a figure that need not be said. */
const USUAL_RUNS = 5;

/** The median, and the range of the runs where there were several; how many, where it is not five. */
function formatRuns(values: readonly number[], unit: string): string {
  const range = values.length > 1 ? `${formatNumber(Math.min(...values))}–${formatNumber(Math.max(...values))}` : '';
  const runs = values.length === USUAL_RUNS ? '' : counted(values.length, 'run');
  const notes = [range, runs].filter((note) => note !== '').join(', ');
  return `${formatNumber(median(values))} ${unit}${notes === '' ? '' : ` (${notes})`}`;
}

function formatBudget({ budget, better, unit }: Figure): string {
  if (budget === undefined) return '';
  if (budget.of === 'ratio') return `≥ ${formatNumber(budget.bound)}×`;
  return `${better === 'less' ? '≤' : '≥'} ${formatNumber(budget.bound)} ${unit}`;
}

function formatRatio(figure: Figure): string {
  const ratio = ratioOf(figure);
  return ratio === undefined ? '' : `${formatNumber(ratio)}×`;
}

function formatMet(figure: Figure): string {
  const met = isMet(figure);
  return met === undefined ? '' : met ? 'yes' : '**no**';
}

/** True if no figure misses its budget. */
export function meetsAllBudgets(sections: readonly Section[]): boolean {
  return sections.every((section) => section.figures.every((figure) => isMet(figure) !== false));
}

/** Lines for the terminal. */
export function sectionLines({ title, figures }: Section): string[] {
  const lines = figures.map((figure) => {
    const python = figure.python === undefined ? '' : `, Python ${formatRuns(figure.python, figure.unit)}, ${formatRatio(figure)}`;
    const budget = figure.budget === undefined ? '' : ` [${formatBudget(figure)}: ${isMet(figure) === true ? 'met' : 'MISSED'}]`;
    return `  ${figure.name}: ${formatRuns(figure.larder, figure.unit)}${python}${budget}`;
  });
  return [title, ...lines];
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

/** Its figures, Markdown. */
export function sectionTable(section: Section): string[] {
  const isCompared = section.figures.some(({ python }) => python !== undefined);
  const columns = isCompared ? ['Figure', 'Larder', 'Python', 'Ratio', 'Budget', 'Met'] : ['Figure', 'Larder', 'Budget', 'Met'];
  const rows = section.figures.map((figure) => {
    const python = isCompared ? [figure.python === undefined ? '' : formatRuns(figure.python, figure.unit), formatRatio(figure)] : [];
    return row([figure.name, formatRuns(figure.larder, figure.unit), ...python, formatBudget(figure), formatMet(figure)]);
  });
  return [row(columns), row(columns.map((_, index) => (index === 0 ? '---' : '---:'))), ...rows];
}
