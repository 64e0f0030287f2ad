import { describe, expect, it } from 'vitest';
import type { JobSummary } from '../../../src-main/contract/commands.ts';
import { measuredWords, recordWords } from './forecast-words.ts';

const job = (result: object): JobSummary => ({ id: 'a', command: 'generate', directory: '/c', state: 'succeeded', createdAtMs: 0, startedAtMs: 0, endedAtMs: 1, arguments: {}, progress: null, result: result as Record<string, unknown>, errorMessage: null });

describe('forecasts in words', () => {
  it('round what they were off upwards', () => {
    expect(recordWords({ jobs: 10, diskWithin: 0.0004, timeWithin: 0.082 })).toBe('within 9 % in time, 1 % on disk');
    expect(recordWords({ jobs: 1, diskWithin: 0, timeWithin: null })).toBe('within 0 % on disk');
    expect(recordWords(undefined)).toBe('');
  });

  it('stand beside what was measured', () => {
    const words = measuredWords(job({ forecast: { peakBytes: 1.1e9, seconds: { low: 50, middle: 54, high: 60 }, workerBytes: 2e8 }, measured: { peakBytes: 1e9, seconds: 60, workerBytes: 1.9e8 } }));
    expect(words).toEqual(['1.00 GB on disk at peak (forecast 1.10 GB)', '60 s (forecast 50 s – 60 s)', '190 MB a worker (forecast 200 MB)']);
    expect(measuredWords(job({ published: 1 }))).toEqual([]);
  });
});
