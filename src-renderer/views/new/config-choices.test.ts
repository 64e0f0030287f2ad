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
    const choices = { limit: ' 4', only: '', batchSize: '50', numWorkers: '2', format: 'tensor', cleanLocalRawFiles: true, remake: false } as const;
    expect(planChoices(choices)).toEqual({ limit: 4, batchSize: 50, numWorkers: 2 });
    expect(planCommand('/my data/c.yaml', choices)).toBe("larder plan --config '/my data/c.yaml' --limit 4 --batch-size 50 --num-workers 2");
    expect(generateCommand('/c.yaml', choices)).toBe('larder generate --config /c.yaml --limit 4 --batch-size 50 --num-workers 2 --format tensor --clean-local-raw-files --yes');
  });

  it('name items one a line, as flags or, where they would be taken for flags, on stdin', () => {
    const choices = { ...NO_CHOICES, only: ' a.nii.gz\n\nb c \na.nii.gz\n' };
    expect(planChoices(choices)).toEqual({ only: ['a.nii.gz', 'b c'] });
    expect(planCommand('/c.yaml', { ...choices, limit: '1' })).toBe("larder plan --config /c.yaml --only a.nii.gz 'b c' --limit 1");
    expect(generateCommand('/c.yaml', choices)).toBe("larder generate --config /c.yaml --only a.nii.gz 'b c' --yes");
    expect(generateCommand('/c.yaml', { ...choices, only: '-5', remake: true })).toBe("larder pregenerate --config /c.yaml --re-render --only-from - <<'END'\n-5\nEND");
    expect(isReady({ ...NO_CHOICES, only: Array.from({ length: 10_001 }, (_, at) => `n${at}`).join('\n') })).toBe(false);
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
