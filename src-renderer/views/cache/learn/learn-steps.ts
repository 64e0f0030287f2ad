import type { CacheSummary, JobSummary } from '../../../../src-main/contract/commands.ts';
import type { FindingCode } from '../../../../src-main/contract/findings.ts';
import { FINDINGS } from '../../../../src-main/contract/findings.ts';

/** What a newcomer does with the sample, in this order. */
export const LEARN_STEPS = ['Look at an item', 'Damage one on purpose', 'Verify', 'Fix', 'Undo'] as const;

/** What only this page knows of it; the rest is told by the jobs. */
export interface LearnMarks {
  readonly hasLooked: boolean;
  /** By the clock of the engine; null where it was not damaged from here. */
  readonly damagedAtMs: number | null;
  readonly isUndone: boolean;
}

export interface LearnState {
  /** Which step is next, from 0; `LEARN_STEPS.length` after the last one. */
  readonly next: number;
  /** The fix that can be undone. */
  readonly fix: JobSummary | undefined;
}

/**
 * How far somebody is with the sample. Whoever skips a step, or does one in a terminal, goes on from there.
 *
 * @param jobs newest first; those of other caches do not count
 */
export function learnState({ directory, damaged }: Pick<CacheSummary, 'directory' | 'damaged'>, jobs: readonly JobSummary[], marks: LearnMarks): LearnState {
  const since = jobs.filter((job) => job.directory === directory && job.state === 'succeeded' && job.createdAtMs >= (marks.damagedAtMs ?? 0));
  const fix = since.find((job) => job.command === 'fix' && Number(job.result?.['quarantined'] ?? 0) > 0);
  const isFound = damaged > 0 || since.some((job) => job.command === 'verify' && Number(job.result?.['damaged'] ?? 0) > 0);
  const done = [marks.hasLooked, marks.damagedAtMs !== null, isFound, fix !== undefined, marks.isUndone];
  return { next: done.lastIndexOf(true) + 1, fix };
}

/** One line about the step that is next. @param found what verifying has called it */
export function learnText(next: number, found: FindingCode | undefined): string {
  switch (next) {
    case 0:
      return 'Enter or a click on any row shows it in three planes and 3D.';
    case 1:
      return 'One bit of one file becomes another, as when a disk fails. Name and size stay the same.';
    case 2:
      return 'One bit of one file is wrong now, and nothing shows it. Verifying reads every byte and every number.';
    case 3:
      return found === undefined ? 'Fixing sets the damaged file aside and makes it again from its source.' : `${FINDINGS[found].title}. ${FINDINGS[found].meaning}`;
    case 4:
      return 'The entry is made again, byte for byte. The damaged file was only set aside, so even this can be undone.';
    default:
      return 'That is all. The damaged file is back as it was; Fix makes the cache sound again.';
  }
}
