import { describe, expect, it } from 'vitest';
import type { JobSummary } from '../../../src-main/contract/commands.ts';
import { canRetry, resultWords, tookWords, verdictOf } from './job-verdict.ts';

const JOB: JobSummary = { id: '261122-031500-1a2b3c4d', command: 'generate', directory: '/c', state: 'succeeded', createdAtMs: 0, startedAtMs: 1_000, endedAtMs: 61_000, arguments: { config: '/my data/c.yaml' }, progress: null, result: { published: 14, alreadyThere: 0, failed: 1, blocked: 1, bytesDownloaded: 4_200_000 }, errorMessage: null };
const job = (change: Partial<JobSummary>): JobSummary => ({ ...JOB, ...change });

describe('how a job stands', () => {
  it.each<[Partial<JobSummary>, string, string]>([
    [{ state: 'running' }, '▶', 'running'],
    [{ state: 'failed' }, '▲', 'failed'],
    [{ state: 'interrupted' }, '◆', 'interrupted'],
    [{}, '◆', 'done, 1 failed'],
    [{ result: { published: 3, failed: 0 } }, '●', 'done'],
    [{ result: { published: 3, failed: 0, unreadFiles: ['a.txt is not UTF-8.'] } }, '◆', 'done, 1 file not read'],
    [{ command: 'verify', result: { errors: 3 } }, '◆', 'done, 3 errors'],
    [{ command: 'fix', result: { notRemade: [{ name: 'a', reason: 'x' }] } }, '◆', 'done, 1 not remade'],
  ])('%j: %s %s', (change, mark, word) => expect(verdictOf(job(change))).toMatchObject({ mark, word }));

  it('has its result in words', () => {
    expect(resultWords(JOB)).toBe('14 made · 1 cannot be made · 4.20 MB downloaded');
    expect(resultWords(job({ command: 'verify', result: { entries: 15, sound: 13, damaged: 2, missing: 0 } }))).toBe('15 checked · 13 sound · 2 damaged');
    expect(resultWords(job({ command: 'clear', result: { count: 2, bytes: 1_000 } }))).toBe('2 removed · 1.00 kB');
    expect(resultWords(job({ errorMessage: 'The disk is full.' }))).toBe('The disk is full.');
    expect(resultWords(job({ result: null }))).toBe('');
    expect(resultWords(job({ state: 'cancelled', result: {}, errorMessage: 'The request was cancelled.' }))).toBe('');
  });

  it('took from its start to its end, or until now', () => {
    expect(tookWords(JOB, 0)).toBe('60 s');
    expect(tookWords(job({ endedAtMs: null }), 31_000)).toBe('30 s');
    expect(tookWords(job({ startedAtMs: null }), 0)).toBeNull();
  });
});

describe('what can be done', () => {
  it('is to retry where something failed', () => {
    expect(canRetry(JOB)).toBe(true);
    expect(canRetry(job({ result: { failed: 0 } }))).toBe(false);
    expect(canRetry(job({ state: 'cancelled' }))).toBe(false);
    expect(canRetry(job({ command: 'verify' }))).toBe(false);
  });
});
