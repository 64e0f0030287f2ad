import { describe, expect, it } from 'vitest';
import { endText } from './toasts.ts';

const ENDED = { state: 'succeeded', errorMessage: null } as const;

describe('how a job ended, in words', () => {
  it.each([
    ['clear', { count: 1, bytes: 33_600_000, quarantined: true }, '1 entry (33.6 MB) set aside.'],
    ['clear', { count: 2, bytes: 33_600_000, quarantined: false }, '2 entries (33.6 MB) deleted for good.'],
    ['fix', { quarantined: 3, remade: 2, notRemade: [{ name: 'x', reason: 'y' }] }, '3 files set aside, 2 entries made again, 1 not: see History.'],
    ['fix', { quarantined: 0, deleted: 2, remade: 2, notRemade: [] }, '2 files deleted for good, 2 entries made again.'],
    ['generate', { published: 1_200, failed: 1, blocked: 0 }, '1,200 entries made, 1 failed.'],
    ['generate', { published: 0, rawFilesRemoved: 1, rawBytesRemoved: 2_000 }, '0 entries made, 1 raw file (2.00 kB) removed.'],
    ['verify', { entries: 4, sound: 2, skipped: 1, damaged: 1 }, '4 entries verified: 3 sound, 1 damaged.'],
  ] as const)('%s', (command, result, text) => {
    expect(endText({ ...ENDED, command, result })).toBe(text);
  });

  it('says why it failed, and that cancelling keeps what is done', () => {
    expect(endText({ command: 'fix', state: 'failed', result: null, errorMessage: 'The disk is full.' })).toBe('Fix failed: The disk is full.');
    expect(endText({ command: 'generate', state: 'cancelled', result: null, errorMessage: null })).toBe('Generate was cancelled; what is finished stays.');
  });
});
