import { constants, setPriority } from 'node:os';

/**
 * Of an idle machine such a process gets all; of a busy one what the others leave.
 *
 * @param pid undefined where there is no process
 */
export function giveWay(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // It has ended already, or the system does not let us; it works all the same.
  }
}
