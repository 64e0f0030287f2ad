import type { Choice } from '../../src-main/contract/desktop.ts';
import { desktop } from './desktop.ts';

/** True where a dialog can ask for a file or folder. */
export function canChoosePath(): boolean {
  return desktop() !== undefined;
}

/**
 * Asks for a file or folder of the machine Larder runs on, with a dialog of the system.
 *
 * @returns its path; null if the dialog was closed without a choice
 */
export async function choosePath(choice: Choice): Promise<string | null> {
  return (await desktop()?.choose(choice))?.path ?? null;
}
