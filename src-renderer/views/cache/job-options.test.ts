import { describe, expect, it } from 'vitest';
import { areNumbers, numberFlags, numberProblem, numbersOf } from './job-options.ts';

describe('numbers of a job', () => {
  it('leaves to the engine what is empty', () => {
    expect([numbersOf({}), numberFlags({ limit: ' ' }), areNumbers({ numWorkers: '' })]).toEqual([{}, '', true]);
  });

  it('says the same to the engine and in the command', () => {
    const texts = { limit: '4', numWorkers: ' 2 ', batchSize: '50' };
    expect(numbersOf(texts)).toEqual({ limit: 4, numWorkers: 2, batchSize: 50 });
    expect(numberFlags(texts)).toBe(' --limit 4 --num-workers 2 --batch-size 50');
  });

  it.each(['0', '-1', '1.5', '1e3', '1025', 'two'])('refuses %s workers', (text) => {
    expect(numberProblem('numWorkers', text)).toBe('A whole number from 1 to 1,024.');
    expect(areNumbers({ numWorkers: text })).toBe(false);
    expect([numbersOf({ numWorkers: text }), numberFlags({ numWorkers: text })]).toEqual([{}, '']);
  });
});
