import type { ConfigProblem } from '../../contract/config.ts';
import { LarderError } from '../../base/index.ts';
import { formatConfigProblem } from './config-problem.ts';

/** CONFIG_INVALID with every problem of the file. */
export function invalidConfig(file: string, problems: readonly ConfigProblem[]): LarderError {
  const errors = problems.filter((problem) => problem.severity === 'error');
  const count = errors.length === 1 ? 'one problem' : `${errors.length} problems`;
  const message = [`${file} has ${count}:`, ...problems.map((problem) => `  ${formatConfigProblem(problem)}`)].join('\n');
  return new LarderError('CONFIG_INVALID', message, {
    hint: 'Correct the lines named above; the annotated example config shows every key.',
    details: { path: file, problems },
  });
}
