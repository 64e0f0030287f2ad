import { constants, getPriority, setPriority } from 'node:os';

/** How soon somebody wants what a process does: a picture; what is shown beside it and may come a moment later; work nobody looks at. */
export type Urgency = 'now' | 'soon' | 'whenFree';

const NICENESS: Readonly<Record<Urgency, number>> = { now: constants.priority.PRIORITY_NORMAL, soon: 5, whenFree: constants.priority.PRIORITY_BELOW_NORMAL };

/**
 * Of an idle machine every process gets all; of a busy one the less urgent get what the others leave.
 *
 * @param pid undefined where there is no process
 */
export function giveWay(pid: number | undefined, urgency: Urgency): void {
  if (pid === undefined) return;
  try {
    const before = getPriority(pid);
    if (NICENESS[urgency] > before) setPriority(pid, NICENESS[urgency]);
  } catch {
    // It has ended already, or the system does not let us; it works all the same.
  }
}
