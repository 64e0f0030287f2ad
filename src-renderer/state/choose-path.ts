import { create } from 'zustand';
import type { Choice } from '../../src-main/contract/desktop.ts';
import { desktop } from './desktop.ts';

/** A question for a file or folder that the page asks itself, where there is no dialog of the system. */
export interface PathQuestion {
  readonly choice: Choice;
  /** Where to begin; '' where nothing is known. */
  readonly from: string;
  readonly answer: (path: string | null) => void;
}

export const usePathQuestion = create<{ readonly question: PathQuestion | null }>(() => ({ question: null }));

/**
 * Asks for a file or folder of the machine Larder runs on: with a dialog of the system on the desktop,
 * with one of the page in a browser.
 *
 * @param from where the page's begins; that of the system remembers it
 * @returns its path; null if the dialog was closed without a choice
 */
export async function choosePath(choice: Choice, from = ''): Promise<string | null> {
  const bridge = desktop();
  if (bridge !== undefined) return (await bridge.choose(choice))?.path ?? null;
  usePathQuestion.getState().question?.answer(null);
  return await new Promise((resolve) => {
    const answer = (path: string | null): void => {
      usePathQuestion.setState({ question: null });
      resolve(path);
    };
    usePathQuestion.setState({ question: { choice, from, answer } });
  });
}
