import { describe, expect, it } from 'vitest';
import type { JobSummary } from '../../../../src-main/contract/commands.ts';
import type { LearnMarks } from './learn-steps.ts';
import { LEARN_STEPS, learnState, learnText } from './learn-steps.ts';

const CACHE = { directory: '/sample/cache/71a8', damaged: 0 };
const NEW: LearnMarks = { hasLooked: false, damagedAtMs: null, isUndone: false };
const DAMAGED: LearnMarks = { ...NEW, hasLooked: true, damagedAtMs: 100 };

function job(command: JobSummary['command'], createdAtMs: number, result: JobSummary['result'], change: Partial<JobSummary> = {}): JobSummary {
  return { id: `${command}-${createdAtMs}`, command, directory: CACHE.directory, state: 'succeeded', createdAtMs, startedAtMs: createdAtMs, endedAtMs: createdAtMs, arguments: {}, progress: null, result, errorMessage: null, ...change };
}

const FOUND = job('verify', 110, { damaged: 1 });
const FIXED = job('fix', 120, { quarantined: 1, remade: 1 });

describe('how far somebody is with the sample', () => {
  it.each([
    ['nothing done', 0, CACHE, [], NEW],
    ['looked at one', 1, CACHE, [], { ...NEW, hasLooked: true }],
    ['damaged one', 2, CACHE, [], DAMAGED],
    ['damaged one without looking', 2, CACHE, [], { ...DAMAGED, hasLooked: false }],
    ['found it', 3, { ...CACHE, damaged: 1 }, [FOUND], DAMAGED],
    ['found what was damaged in a terminal', 3, { ...CACHE, damaged: 1 }, [], NEW],
    ['fixed it', 4, CACHE, [FIXED, FOUND], DAMAGED],
    ['undid that', 5, { ...CACHE, damaged: 1 }, [FIXED, FOUND], { ...DAMAGED, isUndone: true }],
    ['jobs of before count for nothing', 2, CACHE, [job('fix', 90, { quarantined: 1 }), job('verify', 80, { damaged: 1 })], DAMAGED],
    ['a verify that found nothing', 2, CACHE, [job('verify', 110, { damaged: 0 })], DAMAGED],
    ['jobs of another cache', 2, CACHE, [job('fix', 120, { quarantined: 1 }, { directory: '/other' })], DAMAGED],
    ['a fix that did not end well', 2, CACHE, [job('fix', 120, { quarantined: 1 }, { state: 'failed' })], DAMAGED],
  ] as const)('%s: step %i is next', (_name, next, cache, jobs, marks) => {
    expect(learnState(cache, jobs, marks).next).toBe(next);
  });

  it('knows the fix that is undone', () => {
    expect(learnState(CACHE, [FIXED, FOUND], DAMAGED).fix).toBe(FIXED);
  });

  it('says what the damage means, in one line for each step', () => {
    expect(learnText(3, 'crc-mismatch')).toContain('the model trains on wrong numbers');
    for (let next = 0; next <= LEARN_STEPS.length; next++) expect(learnText(next, undefined).length).toBeLessThan(130);
  });
});
