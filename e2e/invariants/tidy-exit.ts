/** What must not outlive this process: programs it started, mounts. Undone newest first. */
const undoings = new Set<() => void>();

/** @returns to be called when it was undone in the ordinary way */
export function undoAtExit(undo: () => void): () => void {
  undoings.add(undo);
  return () => void undoings.delete(undo);
}

/** From here on a stop (SIGTERM, SIGINT, or the end of the parent) undoes it all and ends the process. */
export function exitTidily(): void {
  const leave = (): never => process.exit(130);
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.once(signal, leave);
  process.once('disconnect', leave);
  process.once('exit', () => {
    for (const undo of [...undoings].toReversed()) {
      try {
        undo();
      } catch {
        // The others are undone all the same.
      }
    }
  });
}
