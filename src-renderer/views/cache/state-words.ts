import type { EntryState } from '../../../src-main/contract/entries.ts';
import type { Severity } from '../../../src-main/contract/findings.ts';

/** Shape, word and tone of a state say the same; none of them is needed to know it. */
export interface Mark {
  readonly shape: string;
  readonly tone: 'good' | 'bad' | 'warn' | 'quiet';
}

export const STATE_MARKS: Readonly<Record<EntryState, Mark>> = {
  cached: { shape: '●', tone: 'good' },
  missing: { shape: '○', tone: 'quiet' },
  queued: { shape: '◔', tone: 'quiet' },
  damaged: { shape: '▲', tone: 'bad' },
  quarantined: { shape: '◆', tone: 'warn' },
  foreign: { shape: '□', tone: 'quiet' },
};

export const SEVERITY_MARKS: Readonly<Record<Severity, Mark>> = {
  error: { shape: '▲', tone: 'bad' },
  warning: { shape: '◆', tone: 'warn' },
  information: { shape: '○', tone: 'quiet' },
};
