import { describe, expect, it } from 'vitest';
import { NO_CHOICES, choiceProblem, generateCommand, isReady, planChoices, planCommand } from './config-choices.ts';

describe('choices', () => {
  it('are the engine\'s own where nothing is typed', () => {
    expect(planChoices(NO_CHOICES)).toEqual({});
    expect(isReady(NO_CHOICES)).toBe(true);
    expect(planCommand('/p/config.yaml', NO_CHOICES)).toBe('larder plan --config /p/config.yaml');
    expect(generateCommand('/p/config.yaml', NO_CHOICES)).toBe('larder generate --config /p/config.yaml --yes');
  });

  it('are the flags of the command, each under its name', () => {
    const choices = { limit: ' 4', batchSize: '50', numWorkers: '2', format: 'tensor', cleanLocalRawFiles: true, remake: false } as const;
    expect(planChoices(choices)).toEqual({ limit: 4, batchSize: 50, numWorkers: 2 });
    expect(planCommand('/my data/c.yaml', choices)).toBe("larder plan --config '/my data/c.yaml' --limit 4 --batch-size 50 --num-workers 2");
    expect(generateCommand('/c.yaml', choices)).toBe('larder generate --config /c.yaml --limit 4 --batch-size 50 --num-workers 2 --format tensor --clean-local-raw-files --yes');
  });

  it('are those of pregenerate where what is there is drawn again', () => {
    const choices = { ...NO_CHOICES, numWorkers: '2', remake: true };
    expect(planChoices(choices)).toEqual({ numWorkers: 2, remake: true });
    expect(planCommand('/c.yaml', choices)).toBe('larder pregenerate --config /c.yaml --num-workers 2 --re-render --dry-run');
    expect(generateCommand('/c.yaml', choices)).toBe('larder pregenerate --config /c.yaml --num-workers 2 --re-render');
  });

  it.each(['0', '-1', '1.5', '1e3', 'x', '99999999999'])('refuse %s', (limit) => {
    expect(choiceProblem({ ...NO_CHOICES, limit }, 'limit')).toBe('A whole number from 1 to 100,000,000.');
    expect(isReady({ ...NO_CHOICES, limit })).toBe(false);
    expect(planChoices({ ...NO_CHOICES, limit })).toEqual({});
  });
});
