import { readFileSync } from 'node:fs';

/** Field 3 of /proc/<pid>/stat of a process that has ended; the command name in field 2 may hold spaces and brackets. */
const ENDED = new Set(['Z', 'X', 'x']);

/**
 * Whether a process of this space runs. One that has ended, and whose end nobody has asked for, has its number still: in a
 * container whose first process asks for nobody's end it keeps it until the container ends.
 */
export function isProcessRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return !ENDED.has(text.charAt(text.lastIndexOf(')') + 2));
  } catch {
    return true;
  }
}
