import { constants, setPriority } from 'node:os';

/**
 * Of an idle machine such a process gets all; of a busy one what the others leave.
 *
 * @param pid undefined while the host does not know it
 * @returns whether there was a process to tell it to
 */
export function giveWay(pid: number | undefined): boolean {
  if (pid === undefined) return false;
  try {
    setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // It has ended already, or the system does not let us; it works all the same.
  }
  return true;
}
