import { describe, expect, it } from 'vitest';
import type { ConfigProblem } from '../../../src-main/contract/config.ts';
import { annotate, countWords, offsetOf } from './annotations.ts';

const TEXT = 'a: 1\n\tb: 2  \nc: 3';
const problem = (line: number, change: Partial<ConfigProblem> = {}): ConfigProblem => ({ severity: 'error', file: '/c.yaml', line, column: 1, path: 'a', message: `m${line}`, ...change });

describe('notes beside the text', () => {
  it('stand behind the end of their line', () => {
    expect(annotate(TEXT, [problem(1), problem(2)], '/c.yaml')).toEqual([
      { line: 1, severity: 'error', message: 'm1', column: 4 },
      // A tab goes to the next eighth column; blanks at the end are not seen.
      { line: 2, severity: 'error', message: 'm2', column: 12 },
    ]);
  });

  it('say the worst of a line and how many more there are', () => {
    expect(annotate(TEXT, [problem(1, { severity: 'warning', message: 'odd' }), problem(1), problem(1)], '/c.yaml')).toEqual([{ line: 1, severity: 'error', message: 'm1 (and 2 more)', column: 4 }]);
  });

  it('leave out what is wrong elsewhere, and stay within the text', () => {
    expect(annotate(TEXT, [problem(1, { file: '/.env' }), problem(9)], '/c.yaml').map(({ line }) => line)).toEqual([3]);
  });

  it('lead to the place', () => {
    expect(offsetOf(TEXT, { line: 1, column: 4 })).toBe(3);
    expect(offsetOf(TEXT, { line: 3, column: 1 })).toBe(TEXT.indexOf('c:'));
    expect(offsetOf(TEXT, { line: 3, column: 99 })).toBe(TEXT.length);
    expect(offsetOf(TEXT, { line: 99, column: 1 })).toBe(TEXT.length);
  });

  it('are counted', () => {
    expect(countWords([problem(1), problem(2), problem(3, { severity: 'warning' })])).toBe('2 errors, 1 warning');
    expect(countWords([])).toBe('');
  });
});
