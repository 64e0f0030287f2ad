import type { Figure, Section } from './figure.ts';
import { isMet, median, ratioOf } from './figure.ts';

/** Facts about where and with what was measured, in the order they are shown. */
export type Facts = readonly (readonly [name: string, value: string])[];

export interface Report {
  /** Day of the measurement, `2026-01-31`. */
  readonly date: string;
  readonly facts: Facts;
  readonly sections: readonly Section[];
}

/** Three significant digits, never an exponent, thousands set apart. */
export function formatNumber(value: number): string {
  const digits = value === 0 ? 0 : Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return value.toLocaleString('en-US', { minimumFractionDigits: Math.min(digits, 3), maximumFractionDigits: Math.min(digits, 3) });
}

/** `1 volume`, `4 volumes`. */
export function counted(count: number, one: string, several = `${one}s`): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? one : several}`;
}

/** The median, and the range of the runs where there were several. */
function formatRuns(values: readonly number[], unit: string): string {
  const range = values.length > 1 ? ` (${formatNumber(Math.min(...values))}–${formatNumber(Math.max(...values))})` : '';
  return `${formatNumber(median(values))} ${unit}${range}`;
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

function table(section: Section): string[] {
  const isCompared = section.figures.some(({ python }) => python !== undefined);
  const columns = isCompared ? ['Figure', 'Larder', 'Python', 'Ratio', 'Budget', 'Met'] : ['Figure', 'Larder', 'Budget', 'Met'];
  const rows = section.figures.map((figure) => {
    const python = isCompared ? [figure.python === undefined ? '' : formatRuns(figure.python, figure.unit), formatRatio(figure)] : [];
    return row([figure.name, formatRuns(figure.larder, figure.unit), ...python, formatBudget(figure), formatMet(figure)]);
  });
  return [row(columns), row(columns.map((_, index) => (index === 0 ? '---' : '---:'))), ...rows];
}

/** The whole document, Markdown. */
export function renderDocument({ date, facts, sections }: Report): string {
  const lines = [
    '# Benchmarks',
    '',
    `Measured on ${date} by \`npm run bench\`, which writes this file. Both sides ran in the same run, in turn, on the same`,
    'machine and the same files. A ratio says how many times better Larder is: 2× is half the time, half the memory or twice',
    'the rate. A value is the median of the runs; the range of all runs stands behind it.',
    '',
    ...facts.map(([name, value]) => `- ${name}: ${value}`),
  ];
  for (const section of sections) lines.push('', `## ${section.title}`, '', section.about, '', ...table(section));
  lines.push(
    '',
    '## Reproduce',
    '',
    '```',
    'npm ci',
    'npm run bench                        # everything; makes a Python environment in .venv-interop the first time',
    'npm run bench -- --python PATH       # an interpreter that has PyTorch, MONAI and nibabel already',
    'npm run bench -- --volumes 8 --runs 5 --workers 4',
    'npm run bench -- --quick             # small volumes, a minute; prints only',
    '```',
    '',
    'The volumes are synthetic and seeded (`e2e/bench/synthetic-ct.ts`), so every machine preprocesses the same bytes. The',
    'Python side is `e2e/bench/monai_pipeline.py`. Ratios carry over between machines far better than seconds; run it on a',
    'quiet machine.',
    '',
  );
  return lines.join('\n');
}
