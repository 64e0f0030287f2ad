import { create } from 'zustand';
import type { LearnMarks } from './learn-steps.ts';

export interface KeptMarks extends LearnMarks {
  /** The sample's cache they are about: it has another folder with other parameters. */
  readonly directory: string;
  /** It was closed, or is done. */
  readonly isOver: boolean;
}

const KEY = 'larder-learn';
const NONE: KeptMarks = { directory: '', hasLooked: false, damagedAtMs: null, isUndone: false, isOver: false };

/** Kept in the browser, so that a reload goes on where one was. */
export const useLearnMarks = create<KeptMarks>(lastMarks);

function lastMarks(): KeptMarks {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? 'null') as Partial<KeptMarks> | null;
    return { ...NONE, ...kept };
  } catch {
    // A browser may refuse its storage, or somebody wrote into it; one begins anew.
    return NONE;
  }
}

export function marksOf(kept: KeptMarks, directory: string): KeptMarks {
  return kept.directory === directory ? kept : { ...NONE, directory };
}

/** Somebody asked for the sample: its guide is shown, from the first step. */
export function beginToLearn(directory: string): void {
  mark(directory, { ...NONE, directory });
}

/** Remembers what was done with the sample in this folder. */
export function mark(directory: string, change: Partial<KeptMarks>): void {
  const next = { ...marksOf(useLearnMarks.getState(), directory), ...change };
  useLearnMarks.setState(next);
  try {
    localStorage.setItem(KEY, JSON.stringify(next));
  } catch {
    // As above.
  }
}
