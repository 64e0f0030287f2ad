import type { ConfigProblem } from '../../../src-main/contract/config.ts';

/** What is said beside a line of the text. */
export interface Annotation {
  /** From 1. */
  readonly line: number;
  readonly severity: ConfigProblem['severity'];
  readonly message: string;
  /** Where the text of the line ends, characters. */
  readonly column: number;
}

const TAB = 8;

/** One note for each line with problems of the file itself: the worst problem, and how many more. */
export function annotate(text: string, problems: readonly ConfigProblem[], file: string): readonly Annotation[] {
  const lines = text.split('\n');
  const byLine = new Map<number, ConfigProblem[]>();
  for (const problem of problems) {
    if (problem.file !== file) continue;
    const line = Math.min(problem.line, lines.length);
    byLine.set(line, [...(byLine.get(line) ?? []), problem]);
  }
  return Array.from(byLine, ([line, all]) => {
    const worst = all.find((problem) => problem.severity === 'error') ?? all[0]!;
    const more = all.length === 1 ? '' : ` (and ${all.length - 1} more)`;
    return { line, severity: worst.severity, message: `${worst.message}${more}`, column: widthOf(lines[line - 1]!) };
  });
}

function widthOf(line: string): number {
  let width = 0;
  for (const character of line.trimEnd()) width = character === '\t' ? width + TAB - (width % TAB) : width + 1;
  return width;
}

/** Where a problem begins in the text, for the cursor. */
export function offsetOf(text: string, { line, column }: Pick<ConfigProblem, 'line' | 'column'>): number {
  const lines = text.split('\n');
  const before = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
  return Math.min(text.length, before + Math.min(column - 1, lines[line - 1]?.length ?? 0));
}

/** `error`s first in words: `2 errors, 1 warning`. */
export function countWords(problems: readonly ConfigProblem[]): string {
  const errors = problems.filter((problem) => problem.severity === 'error').length;
  const warnings = problems.length - errors;
  const words = (count: number, word: string): string[] => (count === 0 ? [] : [`${count} ${word}${count === 1 ? '' : 's'}`]);
  return [...words(errors, 'error'), ...words(warnings, 'warning')].join(', ');
}
